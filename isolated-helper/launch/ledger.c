/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See ledger.h. */
#include "isolated-helper/launch/ledger.h"

#include <stdlib.h>
#include <string.h>

#include "idl/cursor.h"
#include "isolated-helper/launch/private_file.h"

#define FORMAT 0x43474c31U	/* CGL1 */
#define ROW_LEN 12U
#define RECORD_LEN (8U + CG_SEALED_RECORD_NAME_MAX + CG_SEALED_RECORD_MAX)
#define FILES 2U
#define FILE_MAX (20U + CG_VERIFIER_ROWS * ROW_LEN + \
		  CG_LEDGER_RECORDS * RECORD_LEN + CG_LEDGER_TAG_LEN)

static const char *const names[FILES] = { "ledger.0", "ledger.1" };

static void put_u64(struct cg_writer *w, uint64_t v)
{
	cg_writer_u32_be(w, (uint32_t)(v >> 32));
	cg_writer_u32_be(w, (uint32_t)v);	/* the low half */
}

static uint64_t get_u64(struct cg_reader *r)
{
	uint64_t high = cg_reader_u32_be(r);

	return high << 32 | cg_reader_u32_be(r);
}

static void put_seen(struct cg_writer *w, const struct cg_verifier_rows *seen)
{
	/* The cast: at most CG_VERIFIER_ROWS. */
	cg_writer_u32_be(w, (uint32_t)seen->n);
	for (size_t i = 0; i < seen->n; i++) {
		cg_writer_u32_be(w, seen->row[i].uid);
		put_u64(w, seen->row[i].mark);
	}
}

static void get_seen(struct cg_reader *r, struct cg_verifier_rows *out)
{
	uint32_t n = cg_reader_u32_be(r);

	r->failed = r->failed || n > CG_VERIFIER_ROWS;
	for (size_t i = 0; i < n && !r->failed; i++) {
		out->row[i].uid = cg_reader_u32_be(r);
		out->row[i].mark = get_u64(r);
	}
	out->n = r->failed ? 0 : n;
}

static void put_records(struct cg_writer *w, const struct cg_ledger *l)
{
	for (size_t i = 0; i < CG_LEDGER_RECORDS; i++) {
		const struct cg_ledger_record *of = &l->records[i];

		cg_writer_counted_be(w, (struct cg_bytes){
			(const uint8_t *)of->name, strlen(of->name) });
		cg_writer_counted_be(w, (struct cg_bytes){ of->data,
							   of->len });
	}
}

static void get_records(struct cg_reader *r, struct cg_ledger *out)
{
	for (size_t i = 0; i < CG_LEDGER_RECORDS && !r->failed; i++) {
		struct cg_ledger_record *of = &out->records[i];
		struct cg_bytes name =
			cg_reader_counted_be(r, CG_SEALED_RECORD_NAME_MAX);
		struct cg_bytes data =
			cg_reader_counted_be(r, CG_SEALED_RECORD_MAX);

		if (r->failed) {
			return;
		}
		if (name.len > 0) {
			memcpy(of->name, name.data, name.len);
		}
		if (data.len > 0) {
			memcpy(of->data, data.data, data.len);
		}
		of->len = data.len;
	}
}

static enum cg_status parse(const uint8_t *key, const uint8_t *tag,
			    struct cg_bytes file, struct cg_ledger *out)
{
	struct cg_bytes text = file;
	struct cg_reader r;

	if (file.len < CG_LEDGER_TAG_LEN) {
		return CG_E_CRYPTO;
	}
	text.len -= CG_LEDGER_TAG_LEN;
	if (cg_ledger_seal_check(key, text, text.data + text.len) != CG_OK) {
		return CG_E_CRYPTO;
	}
	if (tag != NULL && memcmp(tag, text.data + text.len,
				  CG_LEDGER_TAG_LEN) != 0) {
		return CG_E_CRYPTO;
	}
	r = cg_reader_of(text.data, text.len);
	if (cg_reader_u32_be(&r) != FORMAT) {
		return CG_E_CRYPTO;
	}
	out->number = get_u64(&r);
	get_seen(&r, &out->seen);
	get_records(&r, out);
	return cg_reader_finish(&r) == CG_OK ? CG_OK : CG_E_CRYPTO;
}

static enum cg_status read_file(const struct cg_state *state,
				const uint8_t *key, const uint8_t *tag,
				size_t which, struct cg_ledger *out)
{
	uint8_t *file = malloc(FILE_MAX);
	size_t len;
	enum cg_status st;

	memset(out, 0, sizeof(*out));
	if (file == NULL) {
		return CG_E_NO_MEMORY;
	}
	st = cg_private_file_read(state, names[which], file, FILE_MAX, &len);
	if (st == CG_OK) {
		st = parse(key, tag, (struct cg_bytes){ file, len }, out);
	}
	free(file);
	return st;
}

/* One that cannot be read is as good as none, but it is there. */
enum cg_status cg_ledger_read(const struct cg_state *state,
			      const uint8_t *key, const uint8_t *tag,
			      struct cg_ledger *out)
{
	struct cg_ledger *other = malloc(sizeof(*other));
	enum cg_status st[FILES];

	memset(out, 0, sizeof(*out));
	if (other == NULL) {
		return CG_E_NO_MEMORY;
	}
	st[0] = read_file(state, key, tag, 0, out);
	st[1] = read_file(state, key, tag, 1, other);
	if (st[1] == CG_OK && (st[0] != CG_OK ||
			       other->number > out->number)) {
		*out = *other;
		st[0] = CG_OK;
	}
	free(other);
	if (st[0] == CG_OK) {
		return CG_OK;
	}
	memset(out, 0, sizeof(*out));
	return st[0] == CG_E_NOT_FOUND && st[1] == CG_E_NOT_FOUND
	       ? CG_E_NOT_FOUND : CG_E_CRYPTO;
}

static enum cg_status encode(const uint8_t *key, const struct cg_ledger *l,
			     uint8_t *file, size_t *len)
{
	struct cg_writer w = cg_writer_of(file, FILE_MAX - CG_LEDGER_TAG_LEN);
	enum cg_status st;

	cg_writer_u32_be(&w, FORMAT);
	put_u64(&w, l->number);
	put_seen(&w, &l->seen);
	put_records(&w, l);
	st = cg_writer_finish(&w, len);
	if (st == CG_OK) {
		st = cg_ledger_seal_tag(key, (struct cg_bytes){ file, *len },
					file + *len);
		*len += CG_LEDGER_TAG_LEN;
	}
	return st;
}

enum cg_status cg_ledger_write(const struct cg_state *state,
			       const uint8_t *key, struct cg_ledger *ledger,
			       uint8_t *tag)
{
	uint8_t *file = malloc(FILE_MAX);
	size_t len = 0;
	enum cg_status st;

	if (file == NULL) {
		return CG_E_NO_MEMORY;
	}
	ledger->number++;
	st = encode(key, ledger, file, &len);
	if (st == CG_OK) {
		memcpy(tag, file + len - CG_LEDGER_TAG_LEN,
		       CG_LEDGER_TAG_LEN);
		st = cg_private_file_write(
			state, names[ledger->number % FILES],
			(struct cg_secret_bytes){ file, len });
	}
	if (st != CG_OK) {
		ledger->number--;	/* the other one stays whole */
	}
	free(file);
	return st;
}
