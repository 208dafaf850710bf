/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * How a password travels to the vault. The layout is:
 *
 *   offset 0   32 bytes  the sender's ephemeral X25519 public key (RFC 7748)
 *   offset 32  12 bytes  AES-GCM nonce, random
 *   offset 44   n bytes  ciphertext
 *   offset 44+n 16 bytes GCM tag
 *
 * key  = HKDF-SHA256 (RFC 5869), salt empty, 32 bytes,
 *        secret = X25519 shared secret,
 *        info = CG_SEAL_INFO (without NUL) | sender's key | vault's key
 * AAD  = uid (4 bytes, little endian) | client principal as on the wire
 * plaintext = when it was sealed, seconds since 1970 (8 bytes, little endian)
 *             | the password as typed, UTF-8, no NUL, 1 to CG_PASSWORD_MAX
 *             bytes
 *
 * The vault opens a box once, and only one that is CG_SEAL_LIFE_S old at most:
 * whoever keeps one cannot sign anybody in with it later.
 *
 * The vault's key is in CG_VAULT_KEY_FILE: 64 hex digits and a newline,
 * written by the guardian, owned by root, new at every start of the vault.
 */
/*
 * How the guardian hands the machine's keys to a vault that serves already:
 * by way of the broker, which cannot read or change them. The layout is nonce
 * (12 bytes), ciphertext, GCM tag (16 bytes); the key is the handover_key of
 * the birth pack.
 * AAD       = 4 zero bytes | CG_HANDOVER_TEXT without NUL
 * plaintext = big endian: number of this handover (uint32, rises) | for each
 *             key: kvno (uint32), enctype (uint32), server and key (each with
 *             a uint32 length). They replace all that the vault has.
 */
/*
 * For offline logon a proof travels the same way, in the place of a password:
 *
 * proof = scrypt (RFC 7914), 32 bytes, P = the password,
 *         S = salt | SID | 0 byte | domain
 * mark  = HKDF-SHA256, salt empty, 32 bytes, secret = the password,
 *         info = CG_TYPED_INFO
 * AAD   = uid | client principal | salt
 * plaintext = proof, and for a new verifier the mark after it: by it the vault
 * knows that the password is the one that the KDC has just accepted.
 */
#ifndef CG_IDL_SEALING_H
#define CG_IDL_SEALING_H

#define CG_SEAL_INFO "credguard password 2"
#define CG_SEAL_PUBKEY_LEN 32U
#define CG_SEAL_NONCE_LEN 12U
#define CG_SEAL_TAG_LEN 16U
#define CG_SEAL_TIME_LEN 8U
#define CG_SEAL_OVERHEAD \
	(CG_SEAL_PUBKEY_LEN + CG_SEAL_NONCE_LEN + CG_SEAL_TIME_LEN + \
	 CG_SEAL_TAG_LEN)
#define CG_SEAL_LIFE_S 60U
#define CG_SEAL_FUTURE_S 5U	/* one machine, one clock, which may be set */

#define CG_HANDOVER_TEXT "credguard machine keys 1"
#define CG_HANDOVER_KEY_LEN 32U
#define CG_HANDOVER_OVERHEAD (CG_SEAL_NONCE_LEN + CG_SEAL_TAG_LEN)

#define CG_PROOF_LEN 32U
#define CG_MARK_LEN 32U
#define CG_TYPED_INFO "credguard typed 1"

/* What keeps the key under which verifiers lie on the disk. */
enum cg_sealing_kind {
	CG_SEALING_NONE = 0,		/* no offline logon */
	CG_SEALING_HOST_KEY = 1,	/* a file that root can read */
	CG_SEALING_TPM = 2
};

#define CG_RUNTIME_DIR "/run/credguard"
#define CG_VAULT_KEY_FILE CG_RUNTIME_DIR "/vault.pub"
#define CG_CLIENT_SOCKET CG_RUNTIME_DIR "/client.sock"
#define CG_KCM_SOCKET "/run/.heim_org.h5l.kcm-socket"

#endif
