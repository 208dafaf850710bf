/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names, principals, credentials and patterns on the KCM wire: only whole ones
 * parse, nothing exceeds its bound, and of a TGT only the visible part comes
 * out. The bytes are checked against libkrb5's by the lab's stock clients. */
#include "isolated-helper/broker/kcm_wire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <cmocka.h>

#include "idl/cg_idl.h"
#include "isolated-helper/broker/ccache_match.h"
#include "isolated-helper/broker/ccache_princ.h"
#include "isolated-helper/broker/kcm_qualify.h"
#include "isolated-helper/broker/ticket.h"
#include "tests/unit/kcm_messages.h"

static const struct kcm_cred cred = {
	.client = ALICE,
	.server = CIFS,
	.key = "0123456789abcdef",
	.ticket = "the ticket's ciphertext",
	.second_ticket = "evidence",
	.endtime = 0xf0000001,
	.flags = 0x40a10000,
	.enctype = 17,
};

static uint8_t buffer[1U << 20];

static int set_up(void **state)
{
	*state = talloc_new(NULL);
	memset(buffer, 0, sizeof(buffer));
	return 0;
}

static int tear_down(void **state)
{
	talloc_free(*state);
	return 0;
}

static struct cg_writer writer(void)
{
	return cg_writer_of(buffer, sizeof(buffer));
}

static enum cg_status parse_cred(TALLOC_CTX *mem_ctx, const uint8_t *data,
				 size_t len, struct cg_ticket **out)
{
	struct cg_reader r = cg_reader_of(data, len);
	enum cg_status st = cg_kcm_wire_cred(&r, mem_ctx, out);

	return st == CG_OK ? cg_reader_finish(&r) : st;
}

static void only_the_whole_credential_parses(void **state)
{
	struct cg_writer w = writer();
	struct cg_ticket *t;

	kcm_put_cred(&w, &cred);
	for (size_t n = 0; n <= w.len + 1; n++) {
		/* A copy of exactly n bytes, for the sanitizer. */
		uint8_t *cut = talloc_size(*state, n);

		memcpy(cut, buffer, n);
		assert_int_equal(parse_cred(*state, cut, n, &t),
				 n == w.len ? CG_OK : CG_E_PROTO);
		talloc_free(cut);
	}
}

static void a_credential_comes_back_byte_for_byte(void **state)
{
	struct cg_writer w = writer();
	struct cg_ticket *t;
	size_t len;
	uint8_t *again;
	struct cg_writer w2;

	kcm_put_cred(&w, &cred);
	assert_int_equal(parse_cred(*state, buffer, w.len, &t), CG_OK);
	assert_int_equal(t->times.endtime, cred.endtime);
	assert_int_equal(t->flags, cred.flags);
	assert_int_equal(t->enctype, 17);
	len = cg_kcm_wire_cred_len(t);
	assert_int_equal(len, w.len);
	again = talloc_zero_size(*state, len);
	w2 = cg_writer_of(again, len);
	cg_kcm_wire_put_cred(&w2, t);
	assert_false(w2.failed);
	assert_int_equal(w2.len, len);
	assert_memory_equal(again, buffer, len);
}

/* Offsets of the lengths and counts in the credential. */
static void absurd_lengths_are_refused(void **state)
{
	struct cg_writer w = writer();
	struct cg_ticket *t;
	size_t n_refused = 0;

	kcm_put_cred(&w, &cred);
	for (size_t at = 0; at + 4 <= w.len; at++) {
		uint8_t *bad = talloc_memdup(*state, buffer, w.len);
		enum cg_status st;

		memset(bad + at, 0xff, 4);
		st = parse_cred(*state, bad, w.len, &t);
		assert_true(st == CG_OK || st == CG_E_PROTO);
		n_refused += st != CG_OK ? 1 : 0;
		talloc_free(bad);
	}
	/* Two principals, key, two lists, two tickets at the least. */
	assert_true(n_refused > 10);
}

static void addresses_and_authdata_are_kept_as_they_are(void **state)
{
	static const uint8_t lists[] = {
		0, 0, 0, 1, 0, 2, 0, 0, 0, 4, 10, 0, 0, 1,
		0, 0, 0, 2, 0, 1, 0, 0, 0, 1, 'a', 0, 4, 0, 0, 0, 0,
	};
	struct cg_writer w = writer();
	struct cg_ticket *t;
	uint8_t again[512];
	struct cg_writer w2 = cg_writer_of(again, sizeof(again));

	kcm_put_princ(&w, ALICE);
	kcm_put_princ(&w, CIFS);
	cg_writer_u16_be(&w, 0xffff);		/* -1 */
	cg_writer_u32_be(&w, 0);
	for (int i = 0; i < 4; i++) {
		cg_writer_u32_be(&w, 1);
	}
	cg_writer_u8(&w, 1);
	cg_writer_u32_be(&w, 0);
	cg_writer_bytes(&w, lists, sizeof(lists));
	cg_writer_u32_be(&w, 0);
	cg_writer_u32_be(&w, 0);
	assert_int_equal(parse_cred(*state, buffer, w.len, &t), CG_OK);
	assert_int_equal(t->enctype, -1);
	assert_int_equal(t->is_skey, 1);
	assert_int_equal(t->addresses.len, 14);
	assert_int_equal(t->authdata.len, sizeof(lists) - 14);
	cg_kcm_wire_put_cred(&w2, t);
	assert_int_equal(w2.len, w.len);
	assert_memory_equal(again, buffer, w.len);
}

static enum cg_status with_sizes(TALLOC_CTX *mem_ctx, size_t realm, size_t key,
				 size_t ticket)
{
	static const uint8_t filler[CG_TICKET_MAX + 1];
	struct cg_writer w = writer();
	struct cg_ticket *t;
	enum cg_status st;

	cg_writer_u32_be(&w, 1);
	cg_writer_u32_be(&w, 0);
	cg_writer_counted_be(&w, (struct cg_bytes){ filler, realm });
	kcm_put_princ(&w, CIFS);
	cg_writer_u16_be(&w, 18);
	cg_writer_counted_be(&w, (struct cg_bytes){ filler, key });
	cg_writer_bytes(&w, filler, 4 * 4 + 1 + 4 + 4 + 4);
	cg_writer_counted_be(&w, (struct cg_bytes){ filler, ticket });
	cg_writer_u32_be(&w, 0);
	assert_false(w.failed);
	st = parse_cred(mem_ctx, buffer, w.len, &t);
	TALLOC_FREE(t);
	return st;
}

static void every_bound_is_exact(void **state)
{
	assert_int_equal(with_sizes(*state, CG_REALM_MAX, CG_KEY_MAX,
				    CG_TICKET_MAX), CG_OK);
	assert_int_equal(with_sizes(*state, CG_REALM_MAX + 1, 0, 0),
			 CG_E_PROTO);
	assert_int_equal(with_sizes(*state, 0, CG_KEY_MAX + 1, 0),
			 CG_E_PROTO);
	assert_int_equal(with_sizes(*state, 0, 0, CG_TICKET_MAX + 1),
			 CG_E_PROTO);
}

static bool takes_princ_of(size_t len)
{
	static const uint8_t filler[CG_PRINCIPAL_MAX];
	struct cg_writer w = writer();
	struct cg_reader r;

	cg_writer_u32_be(&w, 1);
	cg_writer_u32_be(&w, 1);
	cg_writer_u32_be(&w, 0);
	cg_writer_counted_be(&w, (struct cg_bytes){ filler, len - 16 });
	r = cg_reader_of(buffer, w.len);
	return cg_ccache_princ_take(&r).len == len && !r.failed;
}

static void a_principal_is_of_bounded_length(void **state)
{
	(void)state;
	assert_true(takes_princ_of(CG_PRINCIPAL_MAX));
	assert_false(takes_princ_of(CG_PRINCIPAL_MAX + 1));
}

static void four_billion_components_take_no_time(void **state)
{
	struct cg_writer w = writer();
	struct cg_reader r;

	(void)state;
	cg_writer_u32_be(&w, 1);
	cg_writer_u32_be(&w, UINT32_MAX);
	/* The rest of the buffer is zeroes: as many empty names. */
	r = cg_reader_of(buffer, sizeof(buffer));
	assert_int_equal(cg_ccache_princ_take(&r).len, 0);
	assert_true(r.failed);
	assert_true(r.pos < 2 * CG_PRINCIPAL_MAX);
}

static void a_name_ends_with_a_zero_byte(void **state)
{
	static const uint8_t name[] = "1000:x";
	struct cg_reader r;

	(void)state;
	for (size_t n = 0; n < sizeof(name); n++) {
		r = cg_reader_of(name, n);
		assert_int_equal(cg_kcm_wire_name(&r).len, 0);
		assert_true(r.failed);
	}
	r = cg_reader_of(name, sizeof(name));
	assert_int_equal(cg_kcm_wire_name(&r).len, 6);
	assert_int_equal(cg_reader_finish(&r), CG_OK);
	memset(buffer, 'x', CG_CACHE_NAME_MAX + 1);
	buffer[CG_CACHE_NAME_MAX] = 0;
	r = cg_reader_of(buffer, CG_CACHE_NAME_MAX + 2);
	assert_int_equal(cg_kcm_wire_name(&r).len, CG_CACHE_NAME_MAX);
	buffer[CG_CACHE_NAME_MAX] = 'x';
	r = cg_reader_of(buffer, CG_CACHE_NAME_MAX + 2);
	(void)cg_kcm_wire_name(&r);
	assert_true(r.failed);
}

static void put_whole_match(struct cg_writer *w)
{
	cg_writer_u32_be(w, CG_MATCH_TIMES);
	cg_writer_u32_be(w, 0x7f);
	kcm_put_princ(w, ALICE);
	kcm_put_princ(w, CIFS);
	cg_writer_u16_be(w, 18);
	cg_writer_u32_be(w, 0);
	cg_writer_u32_be(w, 1);
	cg_writer_u32_be(w, 2);
	cg_writer_u32_be(w, 3);
	cg_writer_u32_be(w, 4);
	cg_writer_u8(w, 1);
	cg_writer_u32_be(w, 5);
	cg_writer_u32_be(w, 0);
	cg_writer_u32_be(w, 0);
	cg_writer_u32_be(w, 0);
	cg_writer_u32_be(w, 1);
	cg_writer_u8(w, 's');
}

static void only_the_whole_pattern_parses(void **state)
{
	struct cg_writer w = writer();
	struct cg_ccache_match match;

	put_whole_match(&w);
	for (size_t n = 0; n <= w.len + 1; n++) {
		uint8_t *cut = talloc_size(*state, n);
		struct cg_reader r = cg_reader_of(cut, n);

		memcpy(cut, buffer, n);
		cg_kcm_wire_match(&r, &match);
		assert_int_equal(cg_reader_finish(&r),
				 n == w.len ? CG_OK : CG_E_PROTO);
		if (n == w.len) {
			assert_int_equal(match.which, CG_MATCH_TIMES);
			assert_int_equal(match.times.endtime, 3);
			assert_int_equal(match.enctype, 18);
			assert_int_equal(match.flags, 5);
			assert_true(match.is_skey);
			assert_int_equal(match.second_ticket.len, 1);
		}
		talloc_free(cut);
	}
}

static void unknown_parts_of_a_pattern_are_refused(void **state)
{
	struct cg_writer w = writer();
	struct cg_ccache_match match;
	struct cg_reader r;

	(void)state;
	put_whole_match(&w);
	buffer[7] |= 0x80;
	r = cg_reader_of(buffer, w.len);
	cg_kcm_wire_match(&r, &match);
	assert_int_equal(cg_reader_finish(&r), CG_E_PROTO);
}

/* Even when key and ticket are still there, by mistake. */
static void of_a_tgt_neither_key_nor_ticket_is_written(void **state)
{
	struct cg_writer w = writer();
	struct cg_writer w2;
	struct cg_reader r;
	struct kcm_seen seen;
	struct cg_ticket *t;
	uint8_t *shown;
	size_t len;

	kcm_put_cred(&w, &cred);
	assert_int_equal(parse_cred(*state, buffer, w.len, &t), CG_OK);
	t->kept.v = 1;
	len = cg_kcm_wire_cred_len(t);
	shown = talloc_zero_size(*state, len);
	w2 = cg_writer_of(shown, len);
	cg_kcm_wire_put_cred(&w2, t);
	assert_false(w2.failed);
	assert_int_equal(w2.len, len);
	assert_null(memmem(shown, len, cred.key, 4));
	assert_null(memmem(shown, len, cred.ticket, 4));
	assert_null(memmem(shown, len, cred.second_ticket, 4));
	r = cg_reader_of(shown, len);
	kcm_take_cred(&r, &seen);
	assert_int_equal(cg_reader_finish(&r), CG_OK);
	assert_int_equal(seen.enctype, 0);
	assert_int_equal(seen.key.len, 0);
	assert_int_equal(seen.ticket.len, 0);
	assert_int_equal(seen.endtime, cred.endtime);
	assert_int_equal(seen.flags, cred.flags);
	assert_true(cg_ccache_princ_equal(seen.server,
					  kcm_princ(*state, CIFS)));
}

static void times_beyond_the_wire_become_the_last_one(void **state)
{
	struct cg_writer w = writer();
	struct cg_writer w2;
	struct cg_reader r;
	struct kcm_seen seen;
	struct cg_ticket *t;

	kcm_put_cred(&w, &cred);
	assert_int_equal(parse_cred(*state, buffer, w.len, &t), CG_OK);
	t->times.endtime = 1ULL << 33;
	w2 = writer();
	cg_kcm_wire_put_cred(&w2, t);
	r = cg_reader_of(buffer, w2.len);
	kcm_take_cred(&r, &seen);
	assert_int_equal(seen.endtime, UINT32_MAX);
}

static void krbtgt_in_any_case_and_realm_is_a_tgs_name(void **state)
{
	assert_true(cg_ccache_princ_is_tgs(kcm_princ(*state, TGS)));
	assert_true(cg_ccache_princ_is_tgs(kcm_princ(*state,
						     "KrbTgt/A/B@C")));
	assert_true(cg_ccache_princ_is_tgs(kcm_princ(*state, "krbtgt@C")));
	assert_false(cg_ccache_princ_is_tgs(kcm_princ(*state, CIFS)));
	assert_false(cg_ccache_princ_is_tgs(kcm_princ(*state, "krbtgtx@C")));
	assert_false(cg_ccache_princ_is_tgs((struct cg_bytes){ 0 }));
}

static struct cg_bytes host_based(TALLOC_CTX *mem_ctx, const char *name)
{
	struct cg_bytes princ = kcm_princ(mem_ctx, name);

	((uint8_t *)(uintptr_t)princ.data)[3] = 3;
	return princ;
}

static void a_host_is_lowered_and_qualified(void **state)
{
	static const struct {
		const char *from;
		const char *to;		/* NULL: no second name */
	} rows[] = {
		{ "host/fs1@", "host/fs1.example.test@" },
		{ "host/FS1@R", "host/fs1.example.test@R" },
		{ "host/FS1.Example.Test@R", "host/fs1.example.test@R" },
		{ "host/fs1.@R", "host/fs1@R" },
		{ "MSSQLSvc/FS1:1433@R", "MSSQLSvc/fs1.example.test:1433@R" },
		{ "host/fs1.example.test@R", NULL },
		{ "host@R", NULL },
		{ "host/a/b@R", NULL },
		{ "host/@R", NULL },
		{ "host/:1@R", NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct cg_bytes from = host_based(*state, rows[i].from);
		struct cg_bytes got = cg_kcm_qualify(*state, from,
						     "example.test");

		if (rows[i].to == NULL) {
			assert_int_equal(got.len, 0);
			continue;
		}
		assert_true(cg_ccache_princ_equal(
			got, kcm_princ(*state, rows[i].to)));
	}
	assert_int_equal(cg_kcm_qualify(*state, kcm_princ(*state, "host/A@R"),
					"example.test").len, 0);
	assert_int_equal(cg_kcm_qualify(*state, host_based(*state, "host/a@R"),
					NULL).len, 0);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(only_the_whole_credential_parses),
		TEST(a_credential_comes_back_byte_for_byte),
		TEST(absurd_lengths_are_refused),
		TEST(addresses_and_authdata_are_kept_as_they_are),
		TEST(every_bound_is_exact),
		TEST(a_principal_is_of_bounded_length),
		TEST(four_billion_components_take_no_time),
		TEST(a_name_ends_with_a_zero_byte),
		TEST(only_the_whole_pattern_parses),
		TEST(unknown_parts_of_a_pattern_are_refused),
		TEST(of_a_tgt_neither_key_nor_ticket_is_written),
		TEST(times_beyond_the_wire_become_the_last_one),
		TEST(krbtgt_in_any_case_and_realm_is_a_tgs_name),
		TEST(a_host_is_lowered_and_qualified),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
