/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a PAC says that the password expires. */
#include "isolated-helper/broker/pac.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "idl/cursor.h"

#define NEVER UINT64_C(0x7fffffffffffffff)
#define WHEN UINT64_C(1800000000)
#define WHEN_TICKS ((WHEN + UINT64_C(11644473600)) * UINT64_C(10000000) + 5)
#define AT 48U
#define LEN (AT + 20U + 6U * 8U)

/* One buffer of another kind, then the logon information, cut behind the
 * sixth time. */
static void make(uint64_t must_change, uint8_t out[LEN])
{
	struct cg_writer w = cg_writer_of(out, LEN);

	memset(out, 0, LEN);
	cg_writer_u32(&w, 2);
	cg_writer_u32(&w, 0);
	cg_writer_u32(&w, 10);
	cg_writer_u32(&w, 4);
	cg_writer_u64(&w, 40);
	cg_writer_u32(&w, 1);
	cg_writer_u32(&w, LEN - AT);
	cg_writer_u64(&w, AT);
	cg_writer_u64(&w, 0);
	cg_writer_u32(&w, 0x00081001);
	cg_writer_u32(&w, 0xcccccccc);
	cg_writer_u64(&w, LEN - AT - 16);
	cg_writer_u32(&w, 0x20000);
	for (uint32_t i = 0; i < 5; i++) {
		cg_writer_u32(&w, 77);
		cg_writer_u32(&w, 77);
	}
	cg_writer_u32(&w, (uint32_t)must_change);
	cg_writer_u32(&w, (uint32_t)(must_change >> 32));
	assert_false(w.failed);
}

static uint64_t read(const uint8_t *pac, size_t len)
{
	uint8_t *exact = malloc(len > 0 ? len : 1);
	uint64_t when;

	assert_non_null(exact);
	memcpy(exact, pac, len);
	when = cg_pac_password_expires((struct cg_bytes){ exact, len });
	free(exact);
	return when;
}

static void it_is_told_in_seconds_since_1970(void **state)
{
	uint8_t pac[LEN];

	(void)state;
	make(WHEN_TICKS, pac);
	assert_int_equal(read(pac, LEN), WHEN);
}

static void never_and_before_1970_are_not_told(void **state)
{
	static const uint64_t none[] = { NEVER, UINT64_MAX, 0, 1,
					 UINT64_C(116444736000000000) };
	uint8_t pac[LEN];

	(void)state;
	for (size_t i = 0; i < sizeof(none) / sizeof(none[0]); i++) {
		make(none[i], pac);
		assert_int_equal(read(pac, LEN), 0);
	}
}

static void what_is_cut_or_another_thing_is_not_read(void **state)
{
	uint8_t pac[LEN];

	(void)state;
	make(WHEN_TICKS, pac);
	for (size_t n = 0; n < LEN; n++) {
		assert_int_equal(read(pac, n), 0);
	}
	pac[AT] ^= 1;			/* the version of the serialisation */
	assert_int_equal(read(pac, LEN), 0);
	make(WHEN_TICKS, pac);
	pac[24] = 2;			/* no logon information */
	assert_int_equal(read(pac, LEN), 0);
	make(WHEN_TICKS, pac);
	memset(pac + 32, 0xff, 8);	/* far behind its end */
	assert_int_equal(read(pac, LEN), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(it_is_told_in_seconds_since_1970),
		cmocka_unit_test(never_and_before_1970_are_not_told),
		cmocka_unit_test(what_is_cut_or_another_thing_is_not_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
