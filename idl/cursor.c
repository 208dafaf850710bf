/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cursors of the wire: the only code that touches a message's bytes. */
#include "idl/cursor.h"

#include <string.h>

struct cg_reader cg_reader_of(const uint8_t *data, size_t len)
{
	return (struct cg_reader){ .data = data, .len = len };
}

const uint8_t *cg_reader_take(struct cg_reader *r, size_t n)
{
	const uint8_t *at = NULL;

	if (r->failed || n > r->len - r->pos) {
		r->failed = true;
		return NULL;
	}
	at = r->data + r->pos;
	r->pos += n;
	return at;
}

/* size is a power of two. */
static size_t padding(size_t pos, size_t size)
{
	return (size - pos % size) % size;
}

static uint64_t read_little(struct cg_reader *r, size_t size)
{
	size_t n_pad = padding(r->pos, size);
	const uint8_t *at = cg_reader_take(r, n_pad + size);
	uint64_t v = 0;

	for (size_t i = n_pad + size; at != NULL && i > n_pad; i--) {
		v = v << 8 | at[i - 1];
	}
	for (size_t i = 0; at != NULL && i < n_pad; i++) {
		if (at[i] != 0) {
			r->failed = true;
			return 0;
		}
	}
	return v;
}

static uint64_t read_big(struct cg_reader *r, size_t size)
{
	const uint8_t *at = cg_reader_take(r, size);
	uint64_t v = 0;

	for (size_t i = 0; at != NULL && i < size; i++) {
		v = v << 8 | at[i];
	}
	return v;
}

uint8_t cg_reader_u8(struct cg_reader *r)
{
	return (uint8_t)read_big(r, 1);
}

uint16_t cg_reader_u16_be(struct cg_reader *r)
{
	return (uint16_t)read_big(r, 2);
}

uint32_t cg_reader_u32(struct cg_reader *r)
{
	return (uint32_t)read_little(r, 4);
}

uint32_t cg_reader_u32_be(struct cg_reader *r)
{
	return (uint32_t)read_big(r, 4);
}

uint64_t cg_reader_u64(struct cg_reader *r)
{
	return read_little(r, 8);
}

struct cg_bytes cg_reader_counted_be(struct cg_reader *r, size_t max)
{
	size_t len = cg_reader_u32_be(r);
	const uint8_t *at = NULL;

	if (len > max) {
		r->failed = true;
	}
	at = cg_reader_take(r, len);
	return (struct cg_bytes){ at, at == NULL ? 0 : len };
}

enum cg_status cg_reader_finish(const struct cg_reader *r)
{
	return r->failed || r->pos != r->len ? CG_E_PROTO : CG_OK;
}

struct cg_writer cg_writer_of(uint8_t *data, size_t cap)
{
	return (struct cg_writer){ .data = data, .cap = cap };
}

/* Room for n bytes, or NULL. */
static uint8_t *room(struct cg_writer *w, size_t n)
{
	uint8_t *at = NULL;

	if (w->failed || n > w->cap - w->len) {
		w->failed = true;
		return NULL;
	}
	at = w->data + w->len;
	w->len += n;
	return at;
}

static void put_little(struct cg_writer *w, uint64_t v, size_t size)
{
	size_t n = padding(w->len, size);
	uint8_t *at = room(w, n + size);

	for (size_t i = 0; at != NULL && i < n + size; i++) {
		at[i] = (uint8_t)(i < n ? 0 : v >> 8 * (i - n));
	}
}

static void put_big(struct cg_writer *w, uint64_t v, size_t size)
{
	uint8_t *at = room(w, size);

	for (size_t i = 0; at != NULL && i < size; i++) {
		at[i] = (uint8_t)(v >> 8 * (size - 1 - i));
	}
}

void cg_writer_u8(struct cg_writer *w, uint8_t v)
{
	put_big(w, v, 1);
}

void cg_writer_u16_be(struct cg_writer *w, uint16_t v)
{
	put_big(w, v, 2);
}

void cg_writer_u32(struct cg_writer *w, uint32_t v)
{
	put_little(w, v, 4);
}

void cg_writer_u32_be(struct cg_writer *w, uint32_t v)
{
	put_big(w, v, 4);
}

void cg_writer_u64(struct cg_writer *w, uint64_t v)
{
	put_little(w, v, 8);
}

void cg_writer_bytes(struct cg_writer *w, const uint8_t *data, size_t len)
{
	uint8_t *at = room(w, len);

	/* The data of an empty view may be NULL, which memcpy forbids. */
	if (at != NULL && len != 0) {
		memcpy(at, data, len);
	}
}

void cg_writer_counted_be(struct cg_writer *w, struct cg_bytes b)
{
	if (b.len > UINT32_MAX) {
		w->failed = true;
		return;
	}
	cg_writer_u32_be(w, (uint32_t)b.len);
	cg_writer_bytes(w, b.data, b.len);
}

enum cg_status cg_writer_finish(const struct cg_writer *w, size_t *out_len)
{
	*out_len = w->failed ? 0 : w->len;
	return w->failed ? CG_E_LIMIT : CG_OK;
}
