/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See handover_seal.h. */
#include "isolated-helper/launch/handover_seal.h"

#include <openssl/evp.h>
#include <openssl/rand.h>
#include <stdbool.h>
#include <string.h>

#include "idl/cg_idl.h"
#include "isolated-helper/launch/handover.h"
#include "isolated-helper/launch/keytab.h"

_Static_assert(CG_KEYTAB_KEYS_MAX * (CG_KEYTAB_NAME_MAX + CG_KEYTAB_KEY_MAX +
				     16U) + CG_HANDOVER_OVERHEAD + 4U <
		       CG_HANDOVER_MAX,
	       "every keytab fits into the box");

static enum cg_status write_keys(const struct cg_handover *h,
				 const struct cg_keytab *keytab,
				 uint8_t *text, size_t *len)
{
	struct cg_writer w = cg_writer_of(
		text, CG_HANDOVER_MAX - CG_HANDOVER_OVERHEAD);

	cg_writer_u32_be(&w, h->number);
	for (size_t i = 0; keytab != NULL && i < keytab->n; i++) {
		const struct cg_keytab_key *k = &keytab->keys[i];

		cg_writer_u32_be(&w, k->kvno);
		cg_writer_u32_be(&w, (uint32_t)k->enctype);
		cg_writer_counted_be(&w, (struct cg_bytes){ k->server,
							    k->server_len });
		cg_writer_counted_be(&w, (struct cg_bytes){ k->key,
							    k->key_len });
	}
	return cg_writer_finish(&w, len);
}

/* In place; box: nonce, then the text, then room for the tag. */
static bool encrypt(EVP_CIPHER_CTX *ctx, const uint8_t *key, uint8_t *box,
		    size_t len)
{
	static const uint8_t aad[] = "\0\0\0\0" CG_HANDOVER_TEXT;
	uint8_t *text = box + CG_SEAL_NONCE_LEN;
	int n = 0;

	return RAND_bytes(box, CG_SEAL_NONCE_LEN) > 0 &&
	       EVP_EncryptInit_ex(ctx, EVP_aes_256_gcm(), NULL, key,
				  box) > 0 &&
	       EVP_EncryptUpdate(ctx, NULL, &n, aad, sizeof(aad) - 1) > 0 &&
	       EVP_EncryptUpdate(ctx, text, &n, text, (int)len) > 0 &&
	       EVP_EncryptFinal_ex(ctx, text + n, &n) > 0 &&
	       EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG,
				   CG_SEAL_TAG_LEN, text + len) > 0;
}

enum cg_status cg_handover_seal(const struct cg_handover *h,
				const struct cg_keytab *keytab, uint8_t *out,
				size_t *out_len)
{
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	enum cg_status st;
	size_t len = 0;

	*out_len = 0;
	st = write_keys(h, keytab, out + CG_SEAL_NONCE_LEN, &len);
	if (st == CG_OK && (ctx == NULL || !encrypt(ctx, h->key, out, len))) {
		st = CG_E_CRYPTO;
	}
	EVP_CIPHER_CTX_free(ctx);
	if (st != CG_OK) {
		explicit_bzero(out, CG_HANDOVER_MAX);
		return st;
	}
	*out_len = len + CG_HANDOVER_OVERHEAD;
	return CG_OK;
}
