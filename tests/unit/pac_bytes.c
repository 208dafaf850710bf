/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "tests/unit/pac_bytes.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "idl/cursor.h"

static void put_zeros(struct cg_writer *w, size_t n)
{
	while (n-- > 0) {
		cg_writer_u8(w, 0);
	}
}

static void put_string(struct cg_writer *w, const char *text)
{
	uint32_t len = (uint32_t)strlen(text);

	cg_writer_u32(w, len);
	cg_writer_u32(w, 0);
	cg_writer_u32(w, len);
	for (uint32_t i = 0; i < len; i++) {
		cg_writer_u8(w, (uint8_t)text[i]);
		cg_writer_u8(w, 0);
	}
}

static uint32_t count_groups(const struct pac_user *u)
{
	uint32_t n = 0;

	while (u->groups[n] != 0) {
		n++;
	}
	return n;
}

static void put_info(struct cg_writer *w, const struct pac_user *u)
{
	uint32_t n = count_groups(u);

	cg_writer_u32(w, 0x00081001);
	cg_writer_u32(w, 0xcccccccc);
	put_zeros(w, 8);
	cg_writer_u32(w, 0x20000);
	put_zeros(w, 48);
	for (size_t i = 0; i < PAC_STRINGS; i++) {
		cg_writer_u32(w, 0);
		cg_writer_u32(w, u->strings[i] != NULL ? 0x20004 : 0);
	}
	cg_writer_u32(w, 0);
	cg_writer_u32(w, 1103);
	cg_writer_u32(w, u->primary);
	cg_writer_u32(w, u->claimed != 0 ? u->claimed : n);
	cg_writer_u32(w, n > 0 ? 0x20030 : 0);
	put_zeros(w, 100);
	for (size_t i = 0; i < PAC_STRINGS; i++) {
		if (u->strings[i] != NULL) {
			put_string(w, u->strings[i]);
		}
	}
	if (n > 0) {
		cg_writer_u32(w, n);
	}
	for (uint32_t i = 0; i < n; i++) {
		cg_writer_u32(w, u->groups[i]);
		cg_writer_u32(w, 7);
	}
}

/* Two buffers, the second of which is the one. */
size_t pac_make(const struct pac_user *u, uint8_t *out)
{
	static uint8_t info[PAC_MAX];
	struct cg_writer inner = cg_writer_of(info, sizeof(info));
	struct cg_writer w = cg_writer_of(out, PAC_MAX);
	size_t len = 0;

	put_info(&inner, u);
	assert_int_equal(cg_writer_finish(&inner, &len), CG_OK);
	cg_writer_u32(&w, 2);
	cg_writer_u32(&w, 0);
	cg_writer_u32(&w, 10);
	cg_writer_u32(&w, 8);
	cg_writer_u64(&w, 40);
	cg_writer_u32(&w, 1);
	cg_writer_u32(&w, (uint32_t)len);
	cg_writer_u64(&w, 48);
	put_zeros(&w, 8);
	cg_writer_bytes(&w, info, len);
	assert_int_equal(cg_writer_finish(&w, &len), CG_OK);
	return len;
}
