/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The NTLMv2 answer to a CHALLENGE, [MS-NLMP] 3.1.5.1.2 and 3.3.2. There is no
 * other: no NTLMv1, no LM, no LMv2, nothing that DES is used for.
 */
#ifndef CG_VAULT_NTLM_ANSWER_H
#define CG_VAULT_NTLM_ANSWER_H

#include <stdbool.h>

#include "idl/bytes.h"
#include "idl/status.h"
#include "isolated-helper/vault/crypto_ntlm.h"

struct cg_ntlm_challenge;
struct cg_writer;

/* UTF-8, lent. */
struct cg_ntlm_names {
	struct cg_bytes user;
	struct cg_bytes domain;
};

/* Of a client principal in wire form. The domain is the realm: servers take a
 * domain's DNS name wherever they take its NetBIOS name, also over a trust,
 * and the vault knows no NetBIOS name that the KDC has vouched for.
 * CG_E_DENIED: not the name of a user. */
CG_MUST_CHECK enum cg_status cg_ntlm_answer_names(struct cg_bytes client,
						  struct cg_ntlm_names *out);

/* The part of the answer that is not computed, without its closing zeros:
 * NTLMv2_CLIENT_CHALLENGE, 2.2.2.7. */
struct cg_ntlm_blob {
	const struct cg_ntlm_challenge *challenge;
	struct cg_bytes target;			/* empty: nobody named it */
	struct cg_bytes channel_bindings;	/* empty, or 16 bytes */
	const uint8_t *client_challenge;	/* 8 random bytes */
	bool has_mic;				/* the server is told so */
};

/* Its length but for the server's pairs and the target: 28 bytes, our three
 * pairs and the end mark with what is in them, 4 bytes. */
#define CG_NTLM_BLOB_FIXED (28U + 4 * 4U + 4U + CG_NTLM_BINDINGS_LEN + 4U)

void cg_ntlm_answer_blob(const struct cg_ntlm_blob *blob, struct cg_writer *w);

/* All that a key is made of but the hash. */
struct cg_ntlm_input {
	const struct cg_crypto_ntlm *crypto;
	struct cg_ntlm_names names;
	const uint8_t *server_challenge;
	struct cg_bytes blob;
};

/* From the NT hash: NTOWFv2, the ResponseKeyNT. Only names is used. */
CG_MUST_CHECK enum cg_status cg_ntlm_answer_key(
	const struct cg_ntlm_input *in, struct cg_secret_bytes nt_hash,
	uint8_t out[CG_NTLM_KEY_LEN]);
/* From the NT hash: NTProofStr and SessionBaseKey. */
CG_MUST_CHECK enum cg_status cg_ntlm_answer_prove(
	const struct cg_ntlm_input *in, struct cg_secret_bytes nt_hash,
	uint8_t proof[CG_NTLM_KEY_LEN], uint8_t base_key[CG_NTLM_KEY_LEN]);

#endif
