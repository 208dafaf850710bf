/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cursors: integers, alignment, stickiness and the end of the message. */
#include "idl/cursor.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

static const uint8_t message[] = {
	0x01,						/* u8 */
	0x02, 0x03,					/* u16_be */
	0x00,						/* padding */
	0x04, 0x05, 0x06, 0x87,				/* u32 */
	0x08, 0x09, 0x0a, 0x0b,				/* u32_be */
	0x00, 0x00, 0x00, 0x00,				/* padding */
	0x10, 0x11, 0x12, 0x13, 0x14, 0x15, 0x16, 0x97,	/* u64 */
	0x00, 0x00, 0x00, 0x02, 'h', 'i',		/* counted_be */
	'r', 'a', 'w',					/* bytes */
};

static enum cg_status read_message(const uint8_t *data, size_t len)
{
	struct cg_reader r = cg_reader_of(data, len);

	(void)cg_reader_u8(&r);
	(void)cg_reader_u16_be(&r);
	(void)cg_reader_u32(&r);
	(void)cg_reader_u32_be(&r);
	(void)cg_reader_u64(&r);
	(void)cg_reader_counted_be(&r, 2);
	(void)cg_reader_take(&r, 3);
	return cg_reader_finish(&r);
}

static void write_message(struct cg_writer *w)
{
	static const uint8_t hi[] = { 'h', 'i' };
	static const uint8_t raw[] = { 'r', 'a', 'w' };

	cg_writer_u8(w, 0x01);
	cg_writer_u16_be(w, 0x0203);
	cg_writer_u32(w, 0x87060504);
	cg_writer_u32_be(w, 0x08090a0b);
	cg_writer_u64(w, 0x9716151413121110);
	cg_writer_counted_be(w, (struct cg_bytes){ hi, sizeof(hi) });
	cg_writer_bytes(w, raw, sizeof(raw));
}

static void each_value_is_read_from_its_bytes(void **state)
{
	struct cg_reader r = cg_reader_of(message, sizeof(message));
	struct cg_bytes hi = { 0 };

	(void)state;
	assert_int_equal(cg_reader_u8(&r), 0x01);
	assert_int_equal(cg_reader_u16_be(&r), 0x0203);
	assert_int_equal(cg_reader_u32(&r), 0x87060504);
	assert_int_equal(cg_reader_u32_be(&r), 0x08090a0b);
	assert_true(cg_reader_u64(&r) == 0x9716151413121110);
	hi = cg_reader_counted_be(&r, 2);
	assert_int_equal(hi.len, 2);
	assert_memory_equal(hi.data, "hi", 2);
	assert_ptr_equal(cg_reader_take(&r, 3), message + 30);
	assert_int_equal(cg_reader_finish(&r), CG_OK);
}

static void only_the_whole_message_is_accepted(void **state)
{
	uint8_t longer[sizeof(message) + 1] = { 0 };

	(void)state;
	memcpy(longer, message, sizeof(message));
	for (size_t n = 0; n <= sizeof(longer); n++) {
		assert_int_equal(read_message(longer, n),
				 n == sizeof(message) ? CG_OK : CG_E_PROTO);
	}
}

static void padding_that_is_not_zero_is_refused(void **state)
{
	static const size_t padding[] = { 3, 12, 13, 14, 15 };

	(void)state;
	for (size_t i = 0; i < sizeof(padding) / sizeof(padding[0]); i++) {
		uint8_t copy[sizeof(message)] = { 0 };

		memcpy(copy, message, sizeof(message));
		copy[padding[i]] = 1;
		assert_int_equal(read_message(copy, sizeof(copy)), CG_E_PROTO);
	}
}

static void after_a_failure_a_reader_returns_nothing(void **state)
{
	struct cg_reader r = cg_reader_of(message, sizeof(message));
	struct cg_bytes b = { 0 };

	(void)state;
	assert_null(cg_reader_take(&r, sizeof(message) + 1));
	assert_int_equal(cg_reader_u8(&r), 0);
	assert_int_equal(cg_reader_u16_be(&r), 0);
	assert_int_equal(cg_reader_u32(&r), 0);
	assert_int_equal(cg_reader_u32_be(&r), 0);
	assert_true(cg_reader_u64(&r) == 0);
	b = cg_reader_counted_be(&r, sizeof(message));
	assert_null(b.data);
	assert_int_equal(b.len, 0);
	assert_null(cg_reader_take(&r, 0));
	assert_int_equal(cg_reader_finish(&r), CG_E_PROTO);
}

static void a_length_of_the_peer_is_never_trusted(void **state)
{
	static const uint8_t huge[] = { 0xff, 0xff, 0xff, 0xff, 1, 2, 3, 4 };
	static const uint8_t three[] = { 0, 0, 0, 3, 1, 2, 3 };
	struct cg_reader r = cg_reader_of(huge, sizeof(huge));
	struct cg_bytes b = cg_reader_counted_be(&r, SIZE_MAX);

	(void)state;
	assert_null(b.data);
	assert_int_equal(cg_reader_finish(&r), CG_E_PROTO);
	r = cg_reader_of(huge, sizeof(huge));
	assert_null(cg_reader_take(&r, SIZE_MAX));
	assert_int_equal(cg_reader_finish(&r), CG_E_PROTO);
	r = cg_reader_of(three, sizeof(three));
	b = cg_reader_counted_be(&r, 2);
	assert_null(b.data);
	assert_int_equal(cg_reader_finish(&r), CG_E_PROTO);
}

static void an_empty_message_is_whole(void **state)
{
	struct cg_reader r = cg_reader_of(NULL, 0);

	(void)state;
	assert_int_equal(cg_reader_finish(&r), CG_OK);
	assert_int_equal(cg_reader_u8(&r), 0);
	assert_int_equal(cg_reader_finish(&r), CG_E_PROTO);
}

static void what_is_written_is_the_message(void **state)
{
	uint8_t buf[sizeof(message)];
	struct cg_writer w = cg_writer_of(buf, sizeof(buf));
	size_t len = 0;

	(void)state;
	memset(buf, 0xee, sizeof(buf));
	write_message(&w);
	assert_int_equal(cg_writer_finish(&w, &len), CG_OK);
	assert_int_equal(len, sizeof(message));
	assert_memory_equal(buf, message, sizeof(message));
}

static void a_writer_never_passes_its_capacity(void **state)
{
	(void)state;
	for (size_t cap = 0; cap < sizeof(message); cap++) {
		uint8_t buf[sizeof(message)];
		struct cg_writer w = cg_writer_of(buf, cap);
		size_t len = 99;

		memset(buf, 0xee, sizeof(buf));
		write_message(&w);
		assert_int_equal(cg_writer_finish(&w, &len), CG_E_LIMIT);
		assert_int_equal(len, 0);
		for (size_t i = cap; i < sizeof(buf); i++) {
			assert_int_equal(buf[i], 0xee);
		}
	}
}

static void after_a_failure_a_writer_writes_nothing(void **state)
{
	uint8_t buf[8] = { 0 };
	struct cg_writer w = cg_writer_of(buf, sizeof(buf));

	(void)state;
	cg_writer_bytes(&w, message, sizeof(buf) + 1);
	cg_writer_u8(&w, 0xff);
	assert_int_equal(buf[0], 0);
	assert_int_equal(w.len, 0);
}

static void a_length_that_no_uint32_holds_is_not_written(void **state)
{
	uint8_t buf[8] = { 0 };
	struct cg_writer w = cg_writer_of(buf, sizeof(buf));
	size_t len = 0;

	(void)state;
	cg_writer_counted_be(&w, (struct cg_bytes){
		message, (size_t)UINT32_MAX + 1 });
	assert_int_equal(cg_writer_finish(&w, &len), CG_E_LIMIT);
}

static void an_empty_view_may_be_null(void **state)
{
	uint8_t buf[4];
	struct cg_writer w = cg_writer_of(buf, sizeof(buf));
	size_t len = 0;

	(void)state;
	cg_writer_counted_be(&w, (struct cg_bytes){ 0 });
	cg_writer_bytes(&w, NULL, 0);
	assert_int_equal(cg_writer_finish(&w, &len), CG_OK);
	assert_int_equal(len, 4);
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_value_is_read_from_its_bytes),
		cmocka_unit_test(only_the_whole_message_is_accepted),
		cmocka_unit_test(padding_that_is_not_zero_is_refused),
		cmocka_unit_test(after_a_failure_a_reader_returns_nothing),
		cmocka_unit_test(a_length_of_the_peer_is_never_trusted),
		cmocka_unit_test(an_empty_message_is_whole),
		cmocka_unit_test(what_is_written_is_the_message),
		cmocka_unit_test(a_writer_never_passes_its_capacity),
		cmocka_unit_test(after_a_failure_a_writer_writes_nothing),
		cmocka_unit_test(a_length_that_no_uint32_holds_is_not_written),
		cmocka_unit_test(an_empty_view_may_be_null),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
