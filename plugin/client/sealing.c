/* SPDX-License-Identifier: GPL-3.0-or-later */
/* X25519 with a fresh key, HKDF-SHA256, AES-256-GCM, all by OpenSSL. */
#include "plugin/client/sealing.h"

#include <limits.h>
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <openssl/rand.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "plugin/client/wipe.h"

#define SEAL_KEY_LEN 32U
#define INFO_LEN (sizeof(CG_SEAL_INFO) - 1)

static const char hash_name[] = "SHA256";

/* The secret both sides get from one key pair and the other's public key. */
static enum cg_status agree(EVP_PKEY *own, const uint8_t *vault_key,
			    uint8_t *out)
{
	enum cg_status st = CG_E_CRYPTO;
	EVP_PKEY_CTX *ctx = NULL;
	EVP_PKEY *peer;
	size_t len = SEAL_KEY_LEN;

	peer = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL, vault_key,
					   CG_SEAL_PUBKEY_LEN);
	if (peer == NULL) {
		goto done;
	}
	ctx = EVP_PKEY_CTX_new(own, NULL);
	if (ctx == NULL || EVP_PKEY_derive_init(ctx) != 1 ||
	    EVP_PKEY_derive_set_peer(ctx, peer) != 1 ||
	    EVP_PKEY_derive(ctx, out, &len) != 1 || len != SEAL_KEY_LEN) {
		goto done;
	}
	st = CG_OK;
done:
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(peer);
	return st;
}

/* HKDF: salt empty, info binds both public keys. */
static enum cg_status derive(const uint8_t *shared, const uint8_t *own_key,
			     const uint8_t *vault_key, uint8_t *out)
{
	uint8_t info[INFO_LEN + CG_SEAL_PUBKEY_LEN + CG_SEAL_PUBKEY_LEN];
	/* OSSL_PARAM takes non-const pointers and only reads here. */
	uint8_t secret[SEAL_KEY_LEN];
	char hash[sizeof(hash_name)];
	OSSL_PARAM params[] = {
		OSSL_PARAM_utf8_string(OSSL_KDF_PARAM_DIGEST, hash,
				       sizeof(hash) - 1),
		OSSL_PARAM_octet_string(OSSL_KDF_PARAM_KEY, secret,
					sizeof(secret)),
		OSSL_PARAM_octet_string(OSSL_KDF_PARAM_INFO, info,
					sizeof(info)),
		OSSL_PARAM_END,
	};
	EVP_KDF *kdf = EVP_KDF_fetch(NULL, OSSL_KDF_NAME_HKDF, NULL);
	EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(kdf);
	int ok;

	memcpy(hash, hash_name, sizeof(hash));
	memcpy(secret, shared, sizeof(secret));
	memcpy(info, CG_SEAL_INFO, INFO_LEN);
	memcpy(info + INFO_LEN, own_key, CG_SEAL_PUBKEY_LEN);
	memcpy(info + INFO_LEN + CG_SEAL_PUBKEY_LEN, vault_key,
	       CG_SEAL_PUBKEY_LEN);
	ok = ctx != NULL &&
	     EVP_KDF_derive(ctx, out, SEAL_KEY_LEN, params) == 1;
	EVP_KDF_CTX_free(ctx);
	EVP_KDF_free(kdf);
	cg_wipe(secret, sizeof(secret));
	return ok ? CG_OK : CG_E_CRYPTO;
}

static bool bind_names(EVP_CIPHER_CTX *ctx, const struct cg_seal_to *to)
{
	uint8_t uid[4];
	int n;

	for (size_t i = 0; i < sizeof(uid); i++) {
		uid[i] = (uint8_t)(to->uid >> (8 * i));
	}
	return EVP_EncryptUpdate(ctx, NULL, &n, uid, (int)sizeof(uid)) == 1 &&
	       EVP_EncryptUpdate(ctx, NULL, &n, to->client.data,
				 (int)to->client.len) == 1;
}

/* By which the vault tells an old box. */
static void put_time(uint8_t out[CG_SEAL_TIME_LEN])
{
	/* The cast: it is not before 1970. */
	uint64_t now = (uint64_t)time(NULL);

	for (size_t i = 0; i < CG_SEAL_TIME_LEN; i++) {
		out[i] = (uint8_t)(now >> (8 * i));
	}
}

/* out: nonce, ciphertext, tag. */
static enum cg_status encrypt(const uint8_t *seal_key,
			      const struct cg_seal_to *to,
			      struct cg_secret_bytes password, uint8_t *out)
{
	uint8_t *text = out + CG_SEAL_NONCE_LEN;
	uint8_t *tag = text + CG_SEAL_TIME_LEN + password.len;
	uint8_t when[CG_SEAL_TIME_LEN];
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0;
	int end = 0;
	bool ok;

	put_time(when);
	ok = ctx != NULL && RAND_bytes(out, (int)CG_SEAL_NONCE_LEN) == 1 &&
	     EVP_EncryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, seal_key,
				out) == 1 &&
	     bind_names(ctx, to) &&
	     EVP_EncryptUpdate(ctx, text, &n, when, sizeof(when)) == 1 &&
	     EVP_EncryptUpdate(ctx, text + CG_SEAL_TIME_LEN, &n,
			       password.data, (int)password.len) == 1 &&
	     EVP_EncryptFinal_ex(ctx, tag, &end) == 1 &&
	     (size_t)n == password.len && end == 0 &&
	     EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_GET_TAG,
				 (int)CG_SEAL_TAG_LEN, tag) == 1;
	EVP_CIPHER_CTX_free(ctx);
	return ok ? CG_OK : CG_E_CRYPTO;
}

static enum cg_status seal_with(EVP_PKEY *own, const struct cg_seal_to *to,
				struct cg_secret_bytes password, uint8_t *out)
{
	uint8_t shared[SEAL_KEY_LEN] = { 0 };
	uint8_t seal_key[SEAL_KEY_LEN] = { 0 };
	size_t len = CG_SEAL_PUBKEY_LEN;
	enum cg_status st = CG_E_CRYPTO;

	if (EVP_PKEY_get_raw_public_key(own, out, &len) != 1) {
		goto done;
	}
	st = agree(own, to->vault_key, shared);
	if (st != CG_OK) {
		goto done;
	}
	st = derive(shared, out, to->vault_key, seal_key);
	if (st != CG_OK) {
		goto done;
	}
	st = encrypt(seal_key, to, password, out + CG_SEAL_PUBKEY_LEN);
done:
	cg_wipe(shared, sizeof(shared));
	cg_wipe(seal_key, sizeof(seal_key));
	return st;
}

enum cg_status cg_seal_password(const struct cg_seal_to *to,
				struct cg_secret_bytes password,
				uint8_t *out, size_t *out_len)
{
	EVP_PKEY *own;
	enum cg_status st;

	*out_len = 0;
	if (password.len == 0 || password.len > CG_PASSWORD_MAX ||
	    to->client.len == 0 || to->client.len > INT_MAX) {
		return CG_E_INVALID;
	}
	own = EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
	if (own == NULL) {
		return CG_E_CRYPTO;
	}
	st = seal_with(own, to, password, out);
	EVP_PKEY_free(own);
	if (st != CG_OK) {
		cg_wipe(out, CG_SEALED_PASSWORD_MAX);
		return st;
	}
	*out_len = CG_SEAL_OVERHEAD + password.len;
	return CG_OK;
}
