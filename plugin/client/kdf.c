/* SPDX-License-Identifier: GPL-3.0-or-later */
/* scrypt and HKDF-SHA256, both by OpenSSL, which wipes what scrypt took. */
#include "plugin/client/kdf.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <stdbool.h>
#include <string.h>

#include "idl/cg_idl.h"
#include "idl/cursor.h"
#include "idl/sealing.h"
#include "plugin/client/wipe.h"

/* What the IDL says of the numbers. */
#define LOG_N_MIN 14U
#define LOG_N_MAX 20U
#define R_MAX 32U
#define P_MAX 16U
#define SALT_MAX (CG_SALT_LEN + CG_SID_MAX + 1U + CG_DOMAIN_MAX)

static void *not_const(const uint8_t *p)
{
	/* OSSL_PARAM only reads what it is pointed at here. */
	return (void *)(uintptr_t)p;
}

static enum cg_status derive(const char *name, const OSSL_PARAM *params,
			     uint8_t *out, size_t len)
{
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, name, NULL);
	EVP_KDF_CTX *ctx = kdf == NULL ? NULL : EVP_KDF_CTX_new(kdf);
	bool ok = ctx != NULL && EVP_KDF_derive(ctx, out, len, params) == 1;

	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
	if (!ok) {
		cg_wipe(out, len);
	}
	return ok ? CG_OK : CG_E_CRYPTO;
}

static bool is_sound(const struct cg_kdf_params *k)
{
	return k->log_n >= LOG_N_MIN && k->log_n <= LOG_N_MAX && k->r > 0 &&
	       k->r <= R_MAX && k->p > 0 && k->p <= P_MAX &&
	       ((uint64_t)k->r * 128U) << k->log_n <= CG_KDF_MEMORY_MAX &&
	       k->salt.len == CG_SALT_LEN && k->sid.len > 0 &&
	       k->domain.len > 0;
}

static enum cg_status put_salt(const struct cg_kdf_params *k, uint8_t *salt,
			       size_t *len)
{
	struct cg_writer w = cg_writer_of(salt, SALT_MAX);

	cg_writer_bytes(&w, k->salt.data, k->salt.len);
	cg_writer_bytes(&w, k->sid.data, k->sid.len);
	cg_writer_u8(&w, 0);
	cg_writer_bytes(&w, k->domain.data, k->domain.len);
	return cg_writer_finish(&w, len);
}

enum cg_status cg_kdf_proof(const struct cg_kdf_params *k,
			    struct cg_secret_bytes password, uint8_t *out)
{
	uint8_t salt[SALT_MAX];
	size_t salt_len = 0;
	uint64_t n;
	uint64_t memory = 2 * CG_KDF_MEMORY_MAX;	/* OpenSSL's own sum */
	uint32_t r = k->r;
	uint32_t p = k->p;

	if (!is_sound(k) || password.len == 0 ||
	    put_salt(k, salt, &salt_len) != CG_OK) {
		return CG_E_INVALID;
	}
	n = (uint64_t)1 << k->log_n;
	return derive("SCRYPT", (OSSL_PARAM[]){
		OSSL_PARAM_octet_string(OSSL_KDF_PARAM_PASSWORD,
					not_const(password.data),
					password.len),
		OSSL_PARAM_octet_string(OSSL_KDF_PARAM_SALT, salt, salt_len),
		OSSL_PARAM_uint64(OSSL_KDF_PARAM_SCRYPT_N, &n),
		OSSL_PARAM_uint32(OSSL_KDF_PARAM_SCRYPT_R, &r),
		OSSL_PARAM_uint32(OSSL_KDF_PARAM_SCRYPT_P, &p),
		OSSL_PARAM_uint64(OSSL_KDF_PARAM_SCRYPT_MAXMEM, &memory),
		OSSL_PARAM_END,
	}, out, CG_PROOF_LEN);
}

enum cg_status cg_kdf_mark(struct cg_secret_bytes password, uint8_t *out)
{
	static const uint8_t info[] = CG_TYPED_INFO;
	char digest[] = "SHA256";

	if (password.len == 0) {
		return CG_E_INVALID;
	}
	return derive("HKDF", (OSSL_PARAM[]){
		OSSL_PARAM_utf8_string(OSSL_KDF_PARAM_DIGEST, digest,
				       sizeof(digest) - 1),
		OSSL_PARAM_octet_string(OSSL_KDF_PARAM_KEY,
					not_const(password.data),
					password.len),
		OSSL_PARAM_octet_string(OSSL_KDF_PARAM_INFO, not_const(info),
					sizeof(info) - 1),
		OSSL_PARAM_END,
	}, out, CG_MARK_LEN);
}
