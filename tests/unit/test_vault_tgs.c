/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The TGS exchange against a KDC that lies: only a service ticket for the
 * decrypted name leaves. */
#include "tests/unit/tgs_session.h"

#include <krb5.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "idl/limits.h"

static void a_service_ticket_leaves_with_its_key(void **state)
{
	struct tgs_session *f = *state;

	assert_int_equal(tgs_ask(f, SERVICE, &tgs_truth), CG_OK);
	assert_int_equal(f->out.more, 0);
	assert_int_equal(f->out.kept, 0);
	tgs_expect_name(f->out.server, SERVICE);
	tgs_expect_name(f->out.client, CLIENT);
	tgs_expect_key(f);
	assert_true(f->out.ticket.len > 32);
	assert_int_equal(f->s->vault.exchanges.n, 0);
	assert_int_equal(f->s->vault.store.n_entries, 1);
}

static void a_request_asks_for_no_more_than_it_needs(void **state)
{
	struct tgs_session *f = *state;
	const krb5_kdc_req *req = NULL;

	assert_int_equal(tgs_ask(f, SERVICE, &tgs_truth), CG_OK);
	req = f->kdc->request;
	assert_int_equal(req->kdc_options, KDC_OPT_CANONICALIZE);
	assert_int_equal(f->kdc->n_padata, 1);
	assert_null(req->addresses);
	assert_null(req->second_ticket);
	assert_true(req->nonce > 0);
	for (int i = 0; i < req->nktypes; i++) {
		assert_true(req->ktype[i] >= 17 && req->ktype[i] <= 20);
	}
	assert_int_equal(tgs_make(f, NULL), CG_OK);
	assert_int_equal(tgs_go_on(f, &(struct lie){ .inner = TGT }), CG_OK);
	assert_int_equal(f->kdc->request->kdc_options,
			 KDC_OPT_RENEW | KDC_OPT_RENEWABLE);
	assert_int_equal(f->kdc->n_padata, 1);
}

static void the_decrypted_name_decides_whatever_was_asked(void **state)
{
	static const char *const stays[] = {
		TGT, "KRBTGT/EXAMPLE.TEST" HOME, "krbtgt" HOME,
		"krbtgt/A/B" HOME, "krbtgt_123/EXAMPLE.TEST" HOME,
		"kadmin/changepw" HOME, "KADMIN/changepw" HOME, "fs1$" HOME,
		"krbtgt\\/EXAMPLE.TEST" HOME, "a\\000b/c" HOME,
	};
	struct tgs_session *f = *state;

	for (size_t i = 0; i < sizeof(stays) / sizeof(stays[0]); i++) {
		struct lie lie = { .inner = stays[i] };

		assert_int_not_equal(tgs_ask(f, SERVICE, &lie), CG_OK);
		tgs_expect_nothing(f);
		/* The outer name is the network's to choose. */
		lie.outer = SERVICE;
		assert_int_equal(tgs_ask(f, SERVICE, &lie), CG_E_KRB5);
		tgs_expect_nothing(f);
		lie = (struct lie){ .inner = SERVICE, .outer = stays[i] };
		assert_int_equal(tgs_ask(f, SERVICE, &lie), CG_E_KRB5);
		tgs_expect_nothing(f);
	}
	assert_int_equal(f->s->vault.store.n_entries, 1);
}

static void what_is_asked_for_and_may_not_leave_is_denied(void **state)
{
	static const char *const asked[] = {
		TGT, REFERRAL, "kadmin/changepw" HOME, "krbtgt" HOME,
		"krbtgt/EXAMPLE.TEST",
	};
	struct tgs_session *f = *state;

	for (size_t i = 0; i < sizeof(asked) / sizeof(asked[0]); i++) {
		assert_int_equal(tgs_ask(f, asked[i], &tgs_truth),
				 CG_E_DENIED);
		tgs_expect_nothing(f);
	}
	assert_int_equal(f->s->vault.store.n_entries, 1);
}

static void a_reply_that_does_not_fit_the_request_is_refused(void **state)
{
	static const struct lie lies[] = {
		{ .add_to_nonce = 1 },
		{ .add_to_nonce = -1 },
		{ .client = "bob" HOME },
		{ .client = "alice" AWAY },
		{ .client = "alice/admin" HOME },
		{ .add_to_start = 3600 },
		{ .add_to_start = -3600, .lifetime_s = 7200 },
		{ .with_session_key = true },
		{ .msg_type = KRB5_AS_REP },
	};
	struct tgs_session *f = *state;

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		assert_int_equal(tgs_ask(f, SERVICE, &lies[i]), CG_E_KRB5);
		assert_int_not_equal(f->s->detail, 0);
		tgs_expect_nothing(f);
	}
}

static void a_weak_session_key_is_refused(void **state)
{
	struct tgs_session *f = *state;
	const struct lie rc4 = { .enctype = ENCTYPE_ARCFOUR_HMAC };

	assert_int_equal(tgs_ask(f, SERVICE, &rc4), CG_E_DENIED);
	tgs_expect_nothing(f);
}

static void the_reply_to_another_request_is_refused(void **state)
{
	struct tgs_session *f = *state;
	struct cg_handle first;

	assert_int_equal(tgs_make(f, SERVICE), CG_OK);
	first = f->exchange;
	assert_int_equal(tgs_make(f, "http/fs1" HOME), CG_OK);
	(void)tgs_answer(f, &tgs_truth);
	f->exchange = first;
	assert_int_equal(tgs_absorb(f, (struct cg_bytes){
		(uint8_t *)f->kdc->reply->data, f->kdc->reply->length }),
			 CG_E_KRB5);
	assert_int_equal(f->s->vault.exchanges.n, 1);
}

/* The ticket and what else is not encrypted to us may change; what the vault
 * says of it may not. */
static void an_altered_reply_is_refused_or_says_the_same(void **state)
{
	struct tgs_session *f = *state;
	size_t n_refused = 0;
	size_t len = 1;

	for (size_t i = 0; i < len; i++) {
		struct cg_bytes reply;
		static uint8_t copy[4096];

		f->kdc->n = 1;		/* the TGT only */
		assert_int_equal(tgs_make(f, SERVICE), CG_OK);
		reply = tgs_answer(f, &tgs_truth);
		len = reply.len;
		assert_true(len <= sizeof(copy));
		memcpy(copy, reply.data, len);
		copy[i] ^= (uint8_t)(1U << i % 8);
		if (tgs_absorb(f, (struct cg_bytes){ copy, len }) != CG_OK) {
			n_refused++;
			tgs_expect_nothing(f);
		} else {
			tgs_expect_name(f->out.server, SERVICE);
			tgs_expect_name(f->out.client, CLIENT);
			tgs_expect_key(f);
		}
		krb5_free_keyblock(f->kdc->ctx, f->kdc->keys[1]);
		f->kdc->keys[1] = NULL;
	}
	f->kdc->n = 1;
	assert_true(n_refused > len / 2);
}

static void a_cut_reply_is_refused(void **state)
{
	struct tgs_session *f = *state;
	size_t len = 1;

	for (size_t i = 0; i < len; i += 7) {
		struct cg_bytes reply;

		f->kdc->n = 1;
		assert_int_equal(tgs_make(f, SERVICE), CG_OK);
		reply = tgs_answer(f, &tgs_truth);
		len = reply.len;
		reply.len = i;
		assert_int_equal(tgs_absorb(f, reply), CG_E_KRB5);
		assert_int_equal(f->s->vault.exchanges.n, 0);
		krb5_free_keyblock(f->kdc->ctx, f->kdc->keys[1]);
	}
	f->kdc->n = 1;
}

static void an_error_of_the_kdc_is_told_by_its_number(void **state)
{
	struct tgs_session *f = *state;

	assert_int_equal(tgs_make(f, SERVICE), CG_OK);
	assert_int_equal(tgs_absorb(f, lying_kdc_error(f->kdc, 7, NULL)),
			 CG_E_KRB5);
	assert_int_equal((int32_t)f->s->detail,
			 KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN);
	assert_int_equal(f->s->vault.exchanges.n, 0);
}

/* 1765328384 is what would make libkrb5's code 0. */
static void an_error_without_a_known_number_is_a_failure_too(void **state)
{
	static const uint32_t codes[] = { 0, 128, 0x7fffffff, 0x80000000,
					  0xffffffff, 1765328384U };
	struct tgs_session *f = *state;

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		assert_int_equal(tgs_make(f, SERVICE), CG_OK);
		assert_int_equal(tgs_absorb(f, lying_kdc_error(
			f->kdc, codes[i], NULL)), CG_E_KRB5);
		assert_int_equal((int32_t)f->s->detail, KRB5KRB_ERR_GENERIC);
	}
}

static void an_alias_in_the_realm_that_was_asked_leaves(void **state)
{
	struct tgs_session *f = *state;
	const struct lie alias = { .inner = "host/alias.example.test" HOME };

	assert_int_equal(tgs_ask(f, SERVICE, &alias), CG_OK);
	tgs_expect_name(f->out.server, alias.inner);
}

#define TEST(fn) cmocka_unit_test_setup_teardown( \
		fn, tgs_session_setup, tgs_session_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_service_ticket_leaves_with_its_key),
		TEST(a_request_asks_for_no_more_than_it_needs),
		TEST(the_decrypted_name_decides_whatever_was_asked),
		TEST(what_is_asked_for_and_may_not_leave_is_denied),
		TEST(a_reply_that_does_not_fit_the_request_is_refused),
		TEST(a_weak_session_key_is_refused),
		TEST(the_reply_to_another_request_is_refused),
		TEST(an_altered_reply_is_refused_or_says_the_same),
		TEST(a_cut_reply_is_refused),
		TEST(an_error_of_the_kdc_is_told_by_its_number),
		TEST(an_error_without_a_known_number_is_a_failure_too),
		TEST(an_alias_in_the_realm_that_was_asked_leaves),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
