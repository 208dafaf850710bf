/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/crypto.h"

#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "idl/limits.h"
#include "isolated-helper/vault/secret.h"

#define KEY_LEN 32U
#define INFO_TEXT_LEN (sizeof(CG_SEAL_INFO) - 1)
#define INFO_LEN (INFO_TEXT_LEN + 2 * CG_SEAL_PUBKEY_LEN)

struct cg_crypto {
	EVP_PKEY *pair;
	EVP_KDF *hkdf;
	EVP_CIPHER *aes;
	uint8_t public_key[CG_SEAL_PUBKEY_LEN];
};

/* A sealed message in its parts, and what it is bound to. */
struct parts {
	uint32_t uid;
	struct cg_bytes name;
	const uint8_t *sender;
	const uint8_t *nonce;
	const uint8_t *text;
	size_t text_len;
	const uint8_t *tag;
};

static enum cg_status split(struct cg_bytes sealed, struct parts *out)
{
	*out = (struct parts){ 0 };
	if (sealed.len <= CG_SEAL_OVERHEAD ||
	    sealed.len > CG_SEAL_OVERHEAD + CG_PASSWORD_MAX) {
		return CG_E_INVALID;
	}
	out->sender = sealed.data;
	out->nonce = out->sender + CG_SEAL_PUBKEY_LEN;
	out->text = out->nonce + CG_SEAL_NONCE_LEN;
	out->text_len = sealed.len - CG_SEAL_OVERHEAD + CG_SEAL_TIME_LEN;
	out->tag = out->text + out->text_len;
	return CG_OK;
}

static enum cg_status agree(const struct cg_crypto *c, const uint8_t *sender,
			    uint8_t shared[KEY_LEN])
{
	EVP_PKEY *peer = EVP_PKEY_new_raw_public_key(
		EVP_PKEY_X25519, NULL, sender, CG_SEAL_PUBKEY_LEN);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new_from_pkey(NULL, c->pair, NULL);
	size_t len = KEY_LEN;
	/* derive fails on a point of small order, RFC 7748 6.1 */
	bool ok = peer != NULL && ctx != NULL &&
		  EVP_PKEY_derive_init(ctx) > 0 &&
		  EVP_PKEY_derive_set_peer(ctx, peer) > 0 &&
		  EVP_PKEY_derive(ctx, shared, &len) > 0 && len == KEY_LEN;

	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(peer);
	return ok ? CG_OK : CG_E_CRYPTO;
}

static enum cg_status derive(const struct cg_crypto *c, const uint8_t *sender,
			     uint8_t shared[KEY_LEN], uint8_t key[KEY_LEN])
{
	char digest[] = "SHA256";
	uint8_t info[INFO_LEN];
	OSSL_PARAM params[] = {
		OSSL_PARAM_utf8_string(OSSL_KDF_PARAM_DIGEST, digest,
				       sizeof(digest) - 1),
		OSSL_PARAM_octet_string(OSSL_KDF_PARAM_KEY, shared, KEY_LEN),
		OSSL_PARAM_octet_string(OSSL_KDF_PARAM_INFO, info, INFO_LEN),
		OSSL_PARAM_END,
	};
	EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(c->hkdf);
	bool ok;

	memcpy(info, CG_SEAL_INFO, INFO_TEXT_LEN);
	memcpy(info + INFO_TEXT_LEN, sender, CG_SEAL_PUBKEY_LEN);
	memcpy(info + INFO_TEXT_LEN + CG_SEAL_PUBKEY_LEN, c->public_key,
	       CG_SEAL_PUBKEY_LEN);
	ok = ctx != NULL && EVP_KDF_derive(ctx, key, KEY_LEN, params) > 0;
	EVP_KDF_CTX_free(ctx);
	return ok ? CG_OK : CG_E_CRYPTO;
}

static bool add_aad(EVP_CIPHER_CTX *ctx, const struct parts *p)
{
	uint8_t le[4] = { (uint8_t)p->uid, (uint8_t)(p->uid >> 8),
			  (uint8_t)(p->uid >> 16), (uint8_t)(p->uid >> 24) };
	int n = 0;

	return EVP_DecryptUpdate(ctx, NULL, &n, le, sizeof(le)) > 0 &&
	       EVP_DecryptUpdate(ctx, NULL, &n, p->name.data,
				 (int)p->name.len) > 0;
}

static bool open_box(EVP_CIPHER_CTX *ctx, const struct parts *p, uint8_t *text)
{
	uint8_t tag[CG_SEAL_TAG_LEN];
	int n = 0;

	memcpy(tag, p->tag, sizeof(tag));
	return EVP_DecryptUpdate(ctx, text, &n, p->text,
				 (int)p->text_len) > 0 &&
	       EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, sizeof(tag),
				   tag) > 0 &&
	       EVP_DecryptFinal_ex(ctx, text + n, &n) > 0;
}

static enum cg_status decrypt(const struct cg_crypto *c,
			      const uint8_t key[KEY_LEN],
			      const struct parts *p, uint8_t *text)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	bool ok = ctx != NULL &&
		  EVP_DecryptInit_ex2(ctx, c->aes, key, p->nonce, NULL) > 0 &&
		  add_aad(ctx, p) && open_box(ctx, p, text);

	EVP_CIPHER_CTX_free(ctx);
	return ok ? CG_OK : CG_E_CRYPTO;
}

static uint64_t read_le(const uint8_t *p)
{
	uint64_t v = 0;

	for (size_t i = CG_SEAL_TIME_LEN; i > 0; i--) {
		v = v << 8 | p[i - 1];
	}
	return v;
}

enum cg_status cg_crypto_unseal(const struct cg_crypto *c,
				const struct cg_crypto_box *box,
				uint64_t *sealed_at, struct cg_secret **out)
{
	uint8_t shared[KEY_LEN] = { 0 };
	uint8_t key[KEY_LEN] = { 0 };
	uint8_t text[CG_SEAL_TIME_LEN + CG_PASSWORD_MAX] = { 0 };
	struct parts p;
	enum cg_status st;

	*out = NULL;
	*sealed_at = 0;
	st = split(box->sealed, &p);
	if (st != CG_OK) {
		return st;
	}
	p.uid = box->uid;
	p.name = box->name;
	st = agree(c, p.sender, shared);
	if (st == CG_OK) {
		st = derive(c, p.sender, shared, key);
	}
	if (st == CG_OK) {
		st = decrypt(c, key, &p, text);
	}
	if (st == CG_OK) {
		st = cg_secret_copy_in(
			(struct cg_secret_bytes){
				text + CG_SEAL_TIME_LEN,
				p.text_len - CG_SEAL_TIME_LEN }, out);
		*sealed_at = read_le(text);
	}
	cg_wipe(shared, sizeof(shared));
	cg_wipe(key, sizeof(key));
	cg_wipe(text, sizeof(text));
	return st;
}

struct handover {
	const struct cg_crypto *c;
	struct parts p;
	uint8_t *text;
};

static enum cg_status decrypt_handover(struct cg_secret_bytes lent, void *arg)
{
	const struct handover *h = arg;

	return lent.len == KEY_LEN ? decrypt(h->c, lent.data, &h->p, h->text)
				   : CG_E_CRYPTO;
}

enum cg_status cg_crypto_open_handover(const struct cg_crypto *c,
				       const struct cg_secret *key,
				       struct cg_bytes sealed,
				       struct cg_secret **out)
{
	static const uint8_t text[] = CG_HANDOVER_TEXT;
	struct handover h = { .c = c };
	enum cg_status st;

	*out = NULL;
	if (sealed.len <= CG_HANDOVER_OVERHEAD) {
		return CG_E_INVALID;
	}
	h.p.name = (struct cg_bytes){ text, sizeof(text) - 1 };
	h.p.nonce = sealed.data;
	h.p.text = sealed.data + CG_SEAL_NONCE_LEN;
	h.p.text_len = sealed.len - CG_HANDOVER_OVERHEAD;
	h.p.tag = h.p.text + h.p.text_len;
	h.text = calloc(1, h.p.text_len);
	if (h.text == NULL) {
		return CG_E_NO_MEMORY;
	}
	st = cg_secret_with(key, decrypt_handover, &h);
	if (st == CG_OK) {
		st = cg_secret_copy_in(
			(struct cg_secret_bytes){ h.text, h.p.text_len },
			out);
	}
	cg_wipe(h.text, h.p.text_len);
	free(h.text);
	return st;
}

/* Decrypting rubbish walks the whole path but for its last comparison. */
static bool warm_up(const struct cg_crypto *c)
{
	uint8_t sealed[CG_SEAL_OVERHEAD + 1] = { 9 };	/* X25519's base */
	const struct cg_crypto_box box = {
		.name = { sealed, 1 },
		.sealed = { sealed, sizeof(sealed) },
	};
	struct cg_secret *none = NULL;
	uint64_t sealed_at;

	return cg_crypto_unseal(c, &box, &sealed_at, &none) == CG_E_CRYPTO;
}

enum cg_status cg_crypto_open(struct cg_crypto **out)
{
	struct cg_crypto *c = calloc(1, sizeof(*c));
	size_t len = CG_SEAL_PUBKEY_LEN;

	*out = NULL;
	if (c == NULL) {
		return CG_E_NO_MEMORY;
	}
	if (OPENSSL_init_crypto(OPENSSL_INIT_NO_LOAD_CONFIG, NULL) > 0) {
		c->pair = EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
		c->hkdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
		c->aes = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	}
	if (c->pair == NULL || c->hkdf == NULL || c->aes == NULL ||
	    EVP_PKEY_get_raw_public_key(c->pair, c->public_key, &len) <= 0 ||
	    len != CG_SEAL_PUBKEY_LEN || !warm_up(c)) {
		cg_crypto_close(c);
		return CG_E_CRYPTO;
	}
	*out = c;
	return CG_OK;
}

void cg_crypto_close(struct cg_crypto *c)
{
	EVP_PKEY_free(c->pair);
	EVP_KDF_free(c->hkdf);
	EVP_CIPHER_free(c->aes);
	free(c);
}

void cg_crypto_public_key(const struct cg_crypto *c,
			  uint8_t out[CG_SEAL_PUBKEY_LEN])
{
	memcpy(out, c->public_key, CG_SEAL_PUBKEY_LEN);
}
