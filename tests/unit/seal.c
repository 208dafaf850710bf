/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/seal.h"

#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/rand.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#define SHARED_LEN 32U
#define KEY_LEN 32U

static bool agree(EVP_PKEY *own, const uint8_t *peer_key,
		  uint8_t shared[SHARED_LEN])
{
	EVP_PKEY *peer = EVP_PKEY_new_raw_public_key(
		EVP_PKEY_X25519, NULL, peer_key, CG_SEAL_PUBKEY_LEN);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(own, NULL);
	size_t len = SHARED_LEN;
	bool ok = peer != NULL && ctx != NULL &&
		  EVP_PKEY_derive_init(ctx) > 0 &&
		  EVP_PKEY_derive_set_peer(ctx, peer) > 0 &&
		  EVP_PKEY_derive(ctx, shared, &len) > 0;

	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(peer);
	return ok;
}

/* The older interface of OpenSSL's HKDF; the vault uses EVP_KDF. */
static bool derive(const uint8_t shared[SHARED_LEN], const uint8_t *sender,
		   const uint8_t *vault_key, uint8_t key[KEY_LEN])
{
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_id(EVP_PKEY_HKDF, NULL);
	const unsigned char text[] = "credguard password 2";
	size_t len = KEY_LEN;
	bool ok = ctx != NULL && EVP_PKEY_derive_init(ctx) > 0 &&
		  EVP_PKEY_CTX_set_hkdf_md(ctx, EVP_sha256()) > 0 &&
		  EVP_PKEY_CTX_set1_hkdf_key(ctx, shared, SHARED_LEN) > 0 &&
		  EVP_PKEY_CTX_add1_hkdf_info(ctx, text, 20) > 0 &&
		  EVP_PKEY_CTX_add1_hkdf_info(ctx, sender, 32) > 0 &&
		  EVP_PKEY_CTX_add1_hkdf_info(ctx, vault_key, 32) > 0 &&
		  EVP_PKEY_derive(ctx, key, &len) > 0;

	EVP_PKEY_CTX_free(ctx);
	return ok;
}

/* out: nonce, ciphertext, tag. */
static bool encrypt(const uint8_t key[KEY_LEN], const struct seal_to *to,
		    uint64_t when, struct cg_bytes text, uint8_t *out)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	uint8_t le[4] = { (uint8_t)to->uid, (uint8_t)(to->uid >> 8),
			  (uint8_t)(to->uid >> 16), (uint8_t)(to->uid >> 24) };
	uint8_t *box = out + CG_SEAL_NONCE_LEN;
	uint8_t *text_at = box + sizeof(when);
	int n = 0;
	bool ok = ctx != NULL && RAND_bytes(out, CG_SEAL_NONCE_LEN) > 0 &&
		  EVP_EncryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key,
				     out) > 0 &&
		  EVP_EncryptUpdate(ctx, NULL, &n, le, sizeof(le)) > 0 &&
		  EVP_EncryptUpdate(ctx, NULL, &n, to->name.data,
				    (int)to->name.len) > 0 &&
		  /* A little-endian machine, as all of this project's. */
		  EVP_EncryptUpdate(ctx, box, &n, (uint8_t *)&when,
				    sizeof(when)) > 0 &&
		  EVP_EncryptUpdate(ctx, text_at, &n, text.data,
				    (int)text.len) > 0 &&
		  EVP_EncryptFinal_ex(ctx, text_at + text.len, &n) > 0 &&
		  EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG,
				      CG_SEAL_TAG_LEN, text_at + text.len) > 0;

	EVP_CIPHER_CTX_free(ctx);
	return ok;
}

size_t seal(const struct seal_to *to, struct cg_bytes text,
	    uint8_t out[SEAL_MAX])
{
	return seal_at(to, 0, text, out);
}

size_t seal_at(const struct seal_to *to, int64_t add_to_now,
	       struct cg_bytes text, uint8_t out[SEAL_MAX])
{
	uint64_t when = (uint64_t)(time(NULL) + add_to_now);
	EVP_PKEY *own = EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
	uint8_t shared[SHARED_LEN] = { 0 };
	uint8_t key[KEY_LEN] = { 0 };
	size_t len = CG_SEAL_PUBKEY_LEN;
	bool ok = own != NULL && text.len <= SEAL_MAX - CG_SEAL_OVERHEAD &&
		  EVP_PKEY_get_raw_public_key(own, out, &len) > 0 &&
		  agree(own, to->vault_key, shared) &&
		  derive(shared, out, to->vault_key, key) &&
		  encrypt(key, to, when, text, out + CG_SEAL_PUBKEY_LEN);

	EVP_PKEY_free(own);
	explicit_bzero(shared, sizeof(shared));
	explicit_bzero(key, sizeof(key));
	return ok ? CG_SEAL_OVERHEAD + text.len : 0;
}
