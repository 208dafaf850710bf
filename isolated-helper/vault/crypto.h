/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Opens what was sealed to this vault (idl/sealing.h). The only file of the
 * vault that knows OpenSSL. libcrypto is in the vault because X25519, HKDF and
 * AES-GCM written by us would deserve less trust than its own; only these
 * three of it are reached, no certificate, no ASN.1, no file, no engine.
 */
#ifndef CG_VAULT_CRYPTO_H
#define CG_VAULT_CRYPTO_H

#include "idl/bytes.h"
#include "idl/sealing.h"
#include "idl/status.h"

struct cg_crypto;
struct cg_secret;

/* Makes the key pair of this life and uses every primitive once. */
CG_MUST_CHECK enum cg_status cg_crypto_open(struct cg_crypto **out);
void cg_crypto_close(struct cg_crypto *c);
void cg_crypto_public_key(const struct cg_crypto *c,
			  uint8_t out[CG_SEAL_PUBKEY_LEN]);
/* A sealed password and what it is bound to. */
struct cg_crypto_box {
	uint32_t uid;
	struct cg_bytes name;
	struct cg_bytes sealed;
};

/* CG_E_CRYPTO: sealed to another key, for another uid or name, or altered.
 * *sealed_at is for fresh.h to judge. */
CG_MUST_CHECK enum cg_status cg_crypto_unseal(const struct cg_crypto *c,
					      const struct cg_crypto_box *box,
					      uint64_t *sealed_at,
					      struct cg_secret **out);

/* What the guardian sealed with the handover key. CG_E_CRYPTO: altered. */
CG_MUST_CHECK enum cg_status cg_crypto_open_handover(
	const struct cg_crypto *c, const struct cg_secret *key,
	struct cg_bytes sealed, struct cg_secret **out);

#endif
