/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/utf16.h"

#include "idl/cg_idl.h"
#include "isolated-helper/vault/upcase.h"

/* More than any name here has. */
#define NAME_UNITS_MAX ((size_t)CG_NTLM_TARGET_MAX)

struct lead {
	uint8_t mask;		/* of the bits that tell the length */
	uint8_t value;
	uint32_t min;		/* below it a shorter form exists */
	uint32_t n_more;
};

static const struct lead leads[] = {
	{ 0x80, 0x00, 0, 0 },
	{ 0xe0, 0xc0, 0x80, 1 },
	{ 0xf0, 0xe0, 0x800, 2 },
	{ 0xf8, 0xf0, 0x10000, 3 },
};

static const struct lead *lead_of(uint8_t c)
{
	for (size_t i = 0; i < sizeof(leads) / sizeof(leads[0]); i++) {
		if ((c & leads[i].mask) == leads[i].value) {
			return &leads[i];
		}
	}
	return NULL;
}

static bool is_scalar(uint32_t c)
{
	return c <= 0x10ffff && (c < 0xd800 || c > 0xdfff);
}

/* r fails when there is no whole, shortest form. */
static uint32_t take_char(struct cg_reader *r)
{
	uint8_t c = cg_reader_u8(r);
	const struct lead *lead = lead_of(c);
	uint32_t v;

	if (lead == NULL) {
		r->failed = true;
		return 0;
	}
	v = c & (uint8_t)~lead->mask;
	for (uint32_t i = 0; i < lead->n_more; i++) {
		uint8_t more = cg_reader_u8(r);

		r->failed |= (more & 0xc0) != 0x80;
		v = v << 6 | (more & 0x3f);
	}
	r->failed |= v < lead->min || !is_scalar(v);
	return v;
}

static void put_unit(struct cg_writer *w, uint32_t unit)
{
	cg_writer_u8(w, (uint8_t)unit);
	cg_writer_u8(w, (uint8_t)(unit >> 8));
}

void cg_utf16_put(struct cg_writer *w, struct cg_bytes text,
		  enum cg_case which)
{
	struct cg_reader r = cg_reader_of(text.data, text.len);

	while (r.pos < r.len && !r.failed) {
		uint32_t c = take_char(&r);

		if (c > 0xffff) {
			put_unit(w, 0xd800 + ((c - 0x10000) >> 10));
			put_unit(w, 0xdc00 + ((c - 0x10000) & 0x3ff));
		} else if (which == CG_CASE_UPPER) {
			put_unit(w, cg_upcase((uint16_t)c));
		} else {
			put_unit(w, c);
		}
	}
	w->failed |= r.failed;
}

bool cg_utf16_same_name(struct cg_bytes text, struct cg_bytes b)
{
	uint8_t upper[2 * NAME_UNITS_MAX];
	struct cg_writer w = cg_writer_of(upper, sizeof(upper));
	size_t len = 0;

	cg_utf16_put(&w, text, CG_CASE_UPPER);
	if (cg_writer_finish(&w, &len) != CG_OK || len != b.len) {
		return false;
	}
	for (size_t i = 0; i < len; i += 2) {
		uint16_t c = (uint16_t)(b.data[i] | b.data[i + 1] << 8);
		uint16_t own = (uint16_t)(upper[i] | upper[i + 1] << 8);

		if (cg_upcase(c) != own) {
			return false;
		}
	}
	return true;
}
