/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See ledger_seal.h. */
#include "isolated-helper/launch/ledger_seal.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <stdbool.h>
#include <string.h>

#include "idl/cg_idl.h"
#define INFO "credguard ledger 1"

enum cg_status cg_ledger_seal_derive(const uint8_t *sealing_key, uint8_t *out)
{
	char digest[] = "SHA256";
	char info[] = INFO;
	uint8_t from[CG_SEALING_KEY_LEN];
	OSSL_PARAM params[] = {
		OSSL_PARAM_utf8_string(OSSL_KDF_PARAM_DIGEST, digest,
				       sizeof(digest) - 1),
		OSSL_PARAM_octet_string(OSSL_KDF_PARAM_KEY, from,
					sizeof(from)),
		OSSL_PARAM_octet_string(OSSL_KDF_PARAM_INFO, info,
					sizeof(info) - 1),
		OSSL_PARAM_END,
	};
	EVP_KDF *hkdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	EVP_KDF_CTX *ctx = hkdf != NULL ? EVP_KDF_CTX_new(hkdf) : NULL;
	bool ok;

	memcpy(from, sealing_key, sizeof(from));
	ok = ctx != NULL &&
	     EVP_KDF_derive(ctx, out, CG_LEDGER_KEY_LEN, params) > 0;
	explicit_bzero(from, sizeof(from));
	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(hkdf);
	return ok ? CG_OK : CG_E_CRYPTO;
}

enum cg_status cg_ledger_seal_tag(const uint8_t *key, struct cg_bytes text,
				  uint8_t *tag)
{
	unsigned int len = 0;

	if (HMAC(EVP_sha256(), key, CG_LEDGER_KEY_LEN, text.data, text.len,
		 tag, &len) == NULL || len != CG_LEDGER_TAG_LEN) {
		return CG_E_CRYPTO;
	}
	return CG_OK;
}

enum cg_status cg_ledger_seal_check(const uint8_t *key, struct cg_bytes text,
				    const uint8_t *tag)
{
	uint8_t ours[CG_LEDGER_TAG_LEN];
	enum cg_status st = cg_ledger_seal_tag(key, text, ours);

	if (st != CG_OK) {
		return st;
	}
	return CRYPTO_memcmp(ours, tag, sizeof(ours)) == 0 ? CG_OK
							   : CG_E_CRYPTO;
}
