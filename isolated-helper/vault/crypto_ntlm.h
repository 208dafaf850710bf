/* SPDX-License-Identifier: GPL-3.0-or-later */
/* HMAC-MD5, all that NTLMv2 is made of ([MS-NLMP] 3.3.2). In a file of its
 * own, so that crypto.c stays what seals and unseals. */
#ifndef CG_VAULT_CRYPTO_NTLM_H
#define CG_VAULT_CRYPTO_NTLM_H

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_crypto_ntlm;

#define CG_NTLM_KEY_LEN 16U	/* of every key, hash and code here */
#define CG_HMAC_PARTS_MAX 3U

/* What is authenticated: these, one after the other. */
struct cg_hmac_parts {
	struct cg_bytes part[CG_HMAC_PARTS_MAX];
};

CG_MUST_CHECK enum cg_status cg_crypto_ntlm_open(struct cg_crypto_ntlm **out);
void cg_crypto_ntlm_close(struct cg_crypto_ntlm *c);
/* key has CG_NTLM_KEY_LEN bytes. */
CG_MUST_CHECK enum cg_status cg_crypto_ntlm_hmac(
	const struct cg_crypto_ntlm *c, const uint8_t *key,
	const struct cg_hmac_parts *parts, uint8_t out[CG_NTLM_KEY_LEN]);

#endif
