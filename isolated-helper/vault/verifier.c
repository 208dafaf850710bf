/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/verifier.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "idl/cg_idl.h"
#include "idl/cursor.h"
#include "isolated-helper/vault/sealer.h"
#include "isolated-helper/vault/secret.h"

#define FORMAT 1U
#define MAC_LEN 32U
#define TEXT_MAX (CG_RECORD_MAX - CG_SEALER_OVERHEAD)
#define MAC_INFO "credguard verifier 1"
#define NAME_INFO "credguard record 1"
#define NAME_LEN (sizeof(NAME_INFO) - 1 + 4)

/* What the seal binds: a record of one uid is none of another. */
static struct cg_bytes name_of(uint32_t uid, uint8_t out[NAME_LEN])
{
	struct cg_writer w = cg_writer_of(out, NAME_LEN);

	cg_writer_bytes(&w, (const uint8_t *)NAME_INFO, NAME_LEN - 4);
	cg_writer_u32_be(&w, uid);
	return (struct cg_bytes){ out, w.len };
}

static void put_names(struct cg_writer *w, const struct cg_verifier *v)
{
	cg_writer_counted_be(w, v->client);
	cg_writer_counted_be(w, v->sid);
	cg_writer_counted_be(w, v->domain);
	cg_writer_counted_be(w, v->salt);
}

enum cg_status cg_verifier_mac(const struct cg_sealer *s,
			       const struct cg_verifier *v,
			       const struct cg_secret *proof,
			       struct cg_secret **out)
{
	uint8_t info[TEXT_MAX];
	struct cg_writer w = cg_writer_of(info, sizeof(info));
	size_t len;

	*out = NULL;
	cg_writer_bytes(&w, (const uint8_t *)MAC_INFO, sizeof(MAC_INFO) - 1);
	cg_writer_u32_be(&w, v->uid);
	cg_writer_u32_be(&w, v->log_n);
	cg_writer_u32_be(&w, v->r);
	cg_writer_u32_be(&w, v->p);
	put_names(&w, v);
	if (cg_writer_finish(&w, &len) != CG_OK) {
		return CG_E_LIMIT;
	}
	return cg_sealer_derive(s, proof, (struct cg_bytes){ info, len }, out);
}

static enum cg_status put_mac(struct cg_secret_bytes mac, void *arg)
{
	struct cg_writer *w = arg;

	cg_writer_bytes(w, mac.data, mac.len);
	return CG_OK;
}

/* Numbers first: their places are aligned. */
static enum cg_status encode(const struct cg_verifier *v, uint8_t *text,
			     size_t *len)
{
	struct cg_writer w = cg_writer_of(text, TEXT_MAX);
	enum cg_status st;

	cg_writer_u64(&w, v->version);
	cg_writer_u64(&w, v->made);
	cg_writer_u64(&w, v->last_use);
	cg_writer_u64(&w, v->last_seen);
	cg_writer_u64(&w, v->locked_until);
	cg_writer_u32(&w, FORMAT);
	cg_writer_u32(&w, v->uid);
	cg_writer_u32(&w, v->n_failures);
	cg_writer_u32(&w, v->log_n);
	cg_writer_u32(&w, v->r);
	cg_writer_u32(&w, v->p);
	st = cg_secret_with(v->mac, put_mac, &w);
	put_names(&w, v);
	return st == CG_OK ? cg_writer_finish(&w, len) : st;
}

enum cg_status cg_verifier_seal(const struct cg_sealer *s,
				const struct cg_verifier *v,
				struct cg_bytes *out)
{
	uint8_t text[TEXT_MAX];
	uint8_t name[NAME_LEN];
	uint8_t *record = NULL;
	size_t len = 0;
	enum cg_status st = encode(v, text, &len);

	*out = (struct cg_bytes){ 0 };
	if (st == CG_OK) {
		record = malloc(len + CG_SEALER_OVERHEAD);
		st = record != NULL ? CG_OK : CG_E_NO_MEMORY;
	}
	if (st == CG_OK) {
		st = cg_sealer_seal(s, name_of(v->uid, name),
				    (struct cg_secret_bytes){ text, len },
				    record);
	}
	cg_wipe(text, sizeof(text));
	if (st != CG_OK) {
		free(record);
		return st;
	}
	*out = (struct cg_bytes){ record, len + CG_SEALER_OVERHEAD };
	return CG_OK;
}

/* The text is not trusted more than a message: it may be of a later version
 * of ours. */
static enum cg_status decode(uint8_t *text, size_t len,
			     struct cg_verifier *out)
{
	struct cg_reader r = cg_reader_of(text, len);
	const uint8_t *mac;
	enum cg_status st = CG_E_CRYPTO;
	uint32_t format;

	out->version = cg_reader_u64(&r);
	out->made = cg_reader_u64(&r);
	out->last_use = cg_reader_u64(&r);
	out->last_seen = cg_reader_u64(&r);
	out->locked_until = cg_reader_u64(&r);
	format = cg_reader_u32(&r);
	out->uid = cg_reader_u32(&r);
	out->n_failures = cg_reader_u32(&r);
	out->log_n = cg_reader_u32(&r);
	out->r = cg_reader_u32(&r);
	out->p = cg_reader_u32(&r);
	mac = cg_reader_take(&r, MAC_LEN);
	out->client = cg_reader_counted_be(&r, CG_PRINCIPAL_MAX);
	out->sid = cg_reader_counted_be(&r, CG_SID_MAX);
	out->domain = cg_reader_counted_be(&r, CG_DOMAIN_MAX);
	out->salt = cg_reader_counted_be(&r, CG_SALT_LEN);
	if (cg_reader_finish(&r) == CG_OK && format == FORMAT) {
		st = cg_secret_copy_in((struct cg_secret_bytes){
			mac, MAC_LEN }, &out->mac);
	}
	if (mac != NULL) {
		cg_wipe(text + (mac - text), MAC_LEN);
	}
	return st;
}

enum cg_status cg_verifier_open(const struct cg_sealer *s, uint32_t uid,
				struct cg_bytes record,
				struct cg_verifier *out)
{
	uint8_t name[NAME_LEN];
	size_t len = record.len - CG_SEALER_OVERHEAD;
	enum cg_status st;

	*out = (struct cg_verifier){ 0 };
	if (record.len <= CG_SEALER_OVERHEAD) {
		return CG_E_CRYPTO;
	}
	out->text = malloc(len);
	if (out->text == NULL) {
		return CG_E_NO_MEMORY;
	}
	st = cg_sealer_unseal(s, name_of(uid, name), record, out->text);
	if (st == CG_OK) {
		st = decode(out->text, len, out);
	}
	if (st != CG_OK) {
		cg_wipe(out->text, len);
	}
	return st;
}

void cg_verifier_forget(struct cg_verifier *v)
{
	cg_secret_forget(&v->mac);
	free(v->text);
	*v = (struct cg_verifier){ 0 };
}
