/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/sealer.h"

#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/kdf.h>
#include <openssl/params.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

#include "idl/cg_idl.h"
#include "isolated-helper/vault/secret.h"

#define FORMAT 1U
#define NONCE_AT 1U
#define NONCE_LEN 12U
#define TEXT_AT (NONCE_AT + NONCE_LEN)
#define TAG_LEN 16U
#define KEY_LEN 32U
#define KEY_INFO "credguard sealing 1"

_Static_assert(CG_SEALER_OVERHEAD == TEXT_AT + TAG_LEN, "the layout");

struct cg_sealer {
	EVP_KDF *hkdf;
	EVP_CIPHER *aes;
	struct cg_secret *secret;	/* NULL: no key */
};

/* One way or the other. */
struct box {
	const struct cg_sealer *sealer;
	struct cg_bytes name;
	const uint8_t *from;
	uint8_t *to;
	size_t len;
	const uint8_t *nonce;
	uint8_t tag[TAG_LEN];
};

struct derivation {
	const struct cg_sealer *sealer;
	struct cg_bytes info;
	struct cg_secret **out;
};

static void *not_const(const uint8_t *p)
{
	/* OSSL_PARAM only reads what it is pointed at here. */
	return (void *)(uintptr_t)p;
}

static enum cg_status derive(struct cg_secret_bytes from, void *arg)
{
	const struct derivation *d = arg;
	char digest[] = "SHA256";
	uint8_t key[KEY_LEN] = { 0 };
	OSSL_PARAM params[] = {
		OSSL_PARAM_utf8_string(OSSL_KDF_PARAM_DIGEST, digest,
				       sizeof(digest) - 1),
		OSSL_PARAM_octet_string(OSSL_KDF_PARAM_KEY,
					not_const(from.data), from.len),
		OSSL_PARAM_octet_string(OSSL_KDF_PARAM_INFO,
					not_const(d->info.data), d->info.len),
		OSSL_PARAM_END,
	};
	EVP_KDF_CTX *ctx = EVP_KDF_CTX_new(d->sealer->hkdf);
	enum cg_status st = CG_E_CRYPTO;

	if (ctx != NULL && EVP_KDF_derive(ctx, key, KEY_LEN, params) > 0) {
		st = cg_secret_copy_in(
			(struct cg_secret_bytes){ key, KEY_LEN }, d->out);
	}
	EVP_KDF_CTX_free(ctx);
	cg_wipe(key, sizeof(key));
	return st;
}

enum cg_status cg_sealer_derive(const struct cg_sealer *s,
				const struct cg_secret *from,
				struct cg_bytes info, struct cg_secret **out)
{
	struct derivation d = { s, info, out };

	*out = NULL;
	return cg_secret_with(from, derive, &d);
}

static enum cg_status encrypt(struct cg_secret_bytes key, void *arg)
{
	struct box *b = arg;
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0;
	bool ok = ctx != NULL && key.len == KEY_LEN &&
		  EVP_EncryptInit_ex2(ctx, b->sealer->aes, key.data, b->nonce,
				      NULL) > 0 &&
		  EVP_EncryptUpdate(ctx, NULL, &n, b->name.data,
				    (int)b->name.len) > 0 &&
		  EVP_EncryptUpdate(ctx, b->to, &n, b->from,
				    (int)b->len) > 0 &&
		  EVP_EncryptFinal_ex(ctx, b->to + n, &n) > 0 &&
		  EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, TAG_LEN,
				      b->tag) > 0;

	EVP_CIPHER_CTX_free(ctx);
	return ok ? CG_OK : CG_E_CRYPTO;
}

static enum cg_status decrypt(struct cg_secret_bytes key, void *arg)
{
	struct box *b = arg;
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n = 0;
	bool ok = ctx != NULL && key.len == KEY_LEN &&
		  EVP_DecryptInit_ex2(ctx, b->sealer->aes, key.data, b->nonce,
				      NULL) > 0 &&
		  EVP_DecryptUpdate(ctx, NULL, &n, b->name.data,
				    (int)b->name.len) > 0 &&
		  EVP_DecryptUpdate(ctx, b->to, &n, b->from,
				    (int)b->len) > 0 &&
		  EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_SET_TAG, TAG_LEN,
				      b->tag) > 0 &&
		  EVP_DecryptFinal_ex(ctx, b->to + n, &n) > 0;

	EVP_CIPHER_CTX_free(ctx);
	return ok ? CG_OK : CG_E_CRYPTO;
}

enum cg_status cg_sealer_random(uint8_t *out, size_t len)
{
	/* Not OpenSSL's: it asks for its process id each time, which is a
	 * system call that the filter does not let through. */
	return getrandom(out, len, 0) == (ssize_t)len ? CG_OK : CG_E_SYSTEM;
}

/* Random nonces: so many writes as would make two of them alike, nobody does
 * with one key. */
enum cg_status cg_sealer_seal(const struct cg_sealer *s, struct cg_bytes name,
			      struct cg_secret_bytes text, uint8_t *out)
{
	struct box b = {
		.sealer = s, .name = name, .from = text.data,
		.to = out + TEXT_AT, .len = text.len, .nonce = out + NONCE_AT,
	};
	enum cg_status st;

	if (s->secret == NULL || text.len > CG_RECORD_MAX) {
		return CG_E_DENIED;
	}
	out[0] = FORMAT;
	st = cg_sealer_random(out + NONCE_AT, NONCE_LEN);
	if (st != CG_OK) {
		return st;
	}
	st = cg_secret_with(s->secret, encrypt, &b);
	memcpy(out + TEXT_AT + text.len, b.tag, TAG_LEN);
	return st;
}

enum cg_status cg_sealer_unseal(const struct cg_sealer *s,
				struct cg_bytes name, struct cg_bytes sealed,
				uint8_t *text)
{
	struct box b = { .sealer = s, .name = name, .to = text };
	enum cg_status st;

	if (s->secret == NULL) {
		return CG_E_DENIED;
	}
	if (sealed.len <= CG_SEALER_OVERHEAD || sealed.len > CG_RECORD_MAX ||
	    sealed.data[0] != FORMAT) {
		return CG_E_CRYPTO;
	}
	b.nonce = sealed.data + NONCE_AT;
	b.from = sealed.data + TEXT_AT;
	b.len = sealed.len - CG_SEALER_OVERHEAD;
	memcpy(b.tag, b.from + b.len, TAG_LEN);
	st = cg_secret_with(s->secret, decrypt, &b);
	if (st != CG_OK) {
		cg_wipe(text, b.len);
	}
	return st;
}

enum cg_status cg_sealer_take_key(struct cg_sealer *s,
				  struct cg_secret_bytes key)
{
	static const uint8_t info[] = KEY_INFO;
	struct cg_secret *given = NULL;
	enum cg_status st;

	if (s->secret != NULL || key.len != CG_SEALING_KEY_LEN) {
		return CG_E_INVALID;
	}
	st = cg_secret_copy_in(key, &given);
	if (st == CG_OK) {
		st = cg_sealer_derive(s, given, (struct cg_bytes){
			info, sizeof(info) - 1 }, &s->secret);
	}
	cg_secret_forget(&given);
	return st;
}

bool cg_sealer_has_key(const struct cg_sealer *s)
{
	return s->secret != NULL;
}

/* There and back, with a key of nobody. */
static bool warm_up(struct cg_sealer *s)
{
	static const uint8_t nobody[CG_SEALING_KEY_LEN] = { 1 };
	const struct cg_bytes name = { nobody, 1 };
	uint8_t sealed[CG_SEALER_OVERHEAD + 1];
	uint8_t text = 0;
	bool ok = cg_sealer_take_key(s, (struct cg_secret_bytes){
			nobody, sizeof(nobody) }) == CG_OK &&
		  cg_sealer_seal(s, name, (struct cg_secret_bytes){
			nobody, 1 }, sealed) == CG_OK &&
		  cg_sealer_unseal(s, name, (struct cg_bytes){
			sealed, sizeof(sealed) }, &text) == CG_OK &&
		  text == 1;

	cg_secret_forget(&s->secret);
	return ok;
}

enum cg_status cg_sealer_open(struct cg_sealer **out)
{
	struct cg_sealer *s = calloc(1, sizeof(*s));

	*out = NULL;
	if (s == NULL) {
		return CG_E_NO_MEMORY;
	}
	s->hkdf = EVP_KDF_fetch(NULL, "HKDF", NULL);
	s->aes = EVP_CIPHER_fetch(NULL, "AES-256-GCM", NULL);
	if (s->hkdf == NULL || s->aes == NULL || !warm_up(s)) {
		cg_sealer_close(s);
		return CG_E_CRYPTO;
	}
	*out = s;
	return CG_OK;
}

void cg_sealer_close(struct cg_sealer *s)
{
	cg_secret_forget(&s->secret);
	EVP_KDF_free(s->hkdf);
	EVP_CIPHER_free(s->aes);
	free(s);
}
