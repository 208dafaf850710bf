/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See kcm_messages.h. */
#include "tests/unit/kcm_messages.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

static void put_text(struct cg_writer *w, const char *text, size_t len)
{
	cg_writer_counted_be(w, (struct cg_bytes){ (const uint8_t *)text,
						   len });
}

void kcm_put_typed_princ(struct cg_writer *w, const char *text, uint32_t type)
{
	const char *at = strrchr(text, '@');
	const char *end = NULL;
	uint32_t n = 1;

	assert_non_null(at);
	for (const char *c = text; c < at; c++) {
		n += *c == '/' ? 1 : 0;
	}
	cg_writer_u32_be(w, type);
	cg_writer_u32_be(w, n);
	put_text(w, at + 1, strlen(at + 1));
	while (n-- > 0) {
		end = text + strcspn(text, "/@");
		put_text(w, text, (size_t)(end - text));
		text = end + 1;
	}
}

void kcm_put_princ(struct cg_writer *w, const char *text)
{
	kcm_put_typed_princ(w, text, 1);
}

struct cg_bytes kcm_princ(TALLOC_CTX *mem_ctx, const char *text)
{
	uint8_t *data = talloc_zero_size(mem_ctx, 4096);
	struct cg_writer w = cg_writer_of(data, 4096);
	struct cg_bytes princ = { .data = data };

	kcm_put_princ(&w, text);
	assert_int_equal(cg_writer_finish(&w, &princ.len), CG_OK);
	return princ;
}

void kcm_put_name(struct cg_writer *w, const char *name)
{
	cg_writer_bytes(w, (const uint8_t *)name, strlen(name) + 1);
}

static void put_times(struct cg_writer *w, uint32_t endtime, uint8_t is_skey,
		      uint32_t flags)
{
	cg_writer_u32_be(w, 0);
	cg_writer_u32_be(w, 0);
	cg_writer_u32_be(w, endtime);
	cg_writer_u32_be(w, 0);
	cg_writer_u8(w, is_skey);
	cg_writer_u32_be(w, flags);
}

static void put_optional(struct cg_writer *w, const char *text)
{
	put_text(w, text, text != NULL ? strlen(text) : 0);
}

void kcm_put_cred(struct cg_writer *w, const struct kcm_cred *cred)
{
	kcm_put_princ(w, cred->client);
	kcm_put_princ(w, cred->server);
	cg_writer_u16_be(w, cred->enctype);
	put_optional(w, cred->key);
	put_times(w, cred->endtime, cred->is_skey, cred->flags);
	cg_writer_u32_be(w, 0);		/* addresses */
	cg_writer_u32_be(w, 0);		/* authorization data */
	put_optional(w, cred->ticket);
	put_optional(w, cred->second_ticket);
}

void kcm_put_match(struct cg_writer *w, const char *client,
		   const char *server, uint32_t endtime)
{
	cg_writer_u32_be(w, (client != NULL ? 1U : 0)
			    | (server != NULL ? 2U : 0));
	if (client != NULL) {
		kcm_put_princ(w, client);
	}
	if (server != NULL) {
		kcm_put_princ(w, server);
	}
	put_times(w, endtime, 0, 0);
}

struct cg_writer kcm_request(uint16_t opcode)
{
	static uint8_t buffer[1U << 20];
	struct cg_writer w = cg_writer_of(buffer, sizeof(buffer));

	cg_writer_u8(&w, 2);
	cg_writer_u8(&w, 0);
	cg_writer_u16_be(&w, opcode);
	return w;
}

static struct cg_bytes take_princ(struct cg_reader *r)
{
	size_t start = r->pos;
	uint32_t n;

	(void)cg_reader_u32_be(r);
	n = cg_reader_u32_be(r);
	for (uint32_t i = 0; i <= n; i++) {
		(void)cg_reader_counted_be(r, r->len);
	}
	assert_false(r->failed);
	return (struct cg_bytes){ r->data + start, r->pos - start };
}

void kcm_take_cred(struct cg_reader *r, struct kcm_seen *out)
{
	out->client = take_princ(r);
	out->server = take_princ(r);
	out->enctype = cg_reader_u16_be(r);
	out->key = cg_reader_counted_be(r, r->len);
	(void)cg_reader_take(r, 8);
	out->endtime = cg_reader_u32_be(r);
	(void)cg_reader_take(r, 5);
	out->flags = cg_reader_u32_be(r);
	assert_int_equal(cg_reader_u32_be(r), 0);
	assert_int_equal(cg_reader_u32_be(r), 0);
	out->ticket = cg_reader_counted_be(r, r->len);
	(void)cg_reader_counted_be(r, r->len);
	assert_false(r->failed);
}
