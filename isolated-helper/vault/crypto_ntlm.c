/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/crypto_ntlm.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <stdbool.h>
#include <stdlib.h>

static const uint8_t no_key[CG_NTLM_KEY_LEN];

/* One for all: to look up a digest by its name, and to make and free a
 * context, takes longer than all the rest. */
struct cg_crypto_ntlm {
	EVP_MAC *hmac;
	EVP_MAC_CTX *ctx;
};

static bool run(EVP_MAC_CTX *ctx, const uint8_t *key,
		const struct cg_hmac_parts *parts, uint8_t *out)
{
	size_t len = 0;

	if (EVP_MAC_init(ctx, key, CG_NTLM_KEY_LEN, NULL) <= 0) {
		return false;
	}
	for (size_t i = 0; i < CG_HMAC_PARTS_MAX; i++) {
		const struct cg_bytes *part = &parts->part[i];

		if (part->len > 0 &&
		    EVP_MAC_update(ctx, part->data, part->len) <= 0) {
			return false;
		}
	}
	return EVP_MAC_final(ctx, out, &len, CG_NTLM_KEY_LEN) > 0 &&
	       len == CG_NTLM_KEY_LEN;
}

enum cg_status cg_crypto_ntlm_hmac(const struct cg_crypto_ntlm *c,
				   const uint8_t *key,
				   const struct cg_hmac_parts *parts,
				   uint8_t out[CG_NTLM_KEY_LEN])
{
	bool ok = run(c->ctx, key, parts, out);

	/* Another key takes the place of what is kept of this one. */
	ok = EVP_MAC_init(c->ctx, no_key, sizeof(no_key), NULL) > 0 && ok;
	return ok ? CG_OK : CG_E_CRYPTO;
}

/* All later ones keep to it. */
static bool choose_digest(struct cg_crypto_ntlm *c)
{
	char digest[] = "MD5";
	const OSSL_PARAM params[] = {
		OSSL_PARAM_utf8_string(OSSL_MAC_PARAM_DIGEST, digest,
				       sizeof(digest) - 1),
		OSSL_PARAM_END,
	};

	c->hmac = EVP_MAC_fetch(NULL, "HMAC", NULL);
	c->ctx = c->hmac == NULL ? NULL : EVP_MAC_CTX_new(c->hmac);
	return c->ctx != NULL &&
	       EVP_MAC_init(c->ctx, no_key, sizeof(no_key), params) > 0;
}

/* Once, so that nothing is loaded later. */
static bool warm_up(const struct cg_crypto_ntlm *c)
{
	const struct cg_hmac_parts parts = { { { no_key, sizeof(no_key) } } };
	uint8_t out[CG_NTLM_KEY_LEN];

	return cg_crypto_ntlm_hmac(c, no_key, &parts, out) == CG_OK;
}

enum cg_status cg_crypto_ntlm_open(struct cg_crypto_ntlm **out)
{
	struct cg_crypto_ntlm *c = calloc(1, sizeof(*c));

	*out = NULL;
	if (c == NULL) {
		return CG_E_NO_MEMORY;
	}
	if (!choose_digest(c) || !warm_up(c)) {
		cg_crypto_ntlm_close(c);
		return CG_E_CRYPTO;
	}
	*out = c;
	return CG_OK;
}

void cg_crypto_ntlm_close(struct cg_crypto_ntlm *c)
{
	EVP_MAC_CTX_free(c->ctx);
	EVP_MAC_free(c->hmac);
	free(c);
}
