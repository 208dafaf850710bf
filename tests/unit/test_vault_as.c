/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The AS exchange against a KDC that lies: a password in, a TGT kept. What a
 * real KDC makes of the requests is tests/component's to show. */
#include "tests/unit/vault_session.h"

#include <krb5.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "idl/limits.h"
#include "isolated-helper/vault/secret.h"
#include "tests/unit/lying_kdc.h"
#include "tests/unit/seal.h"

#define UID 1000U
#define CLIENT "alice@EXAMPLE.TEST"
#define TGT "krbtgt/EXAMPLE.TEST@EXAMPLE.TEST"
#define PASSWORD "correct horse"

struct fixture {
	struct session *s;
	struct lying_kdc *kdc;
	struct cg_handle password;
	struct cg_handle exchange;
	uint8_t request[4096];
	size_t request_len;
	struct cg_absorb_as_rep_out out;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	*state = f;
	f->s = session_ready();
	f->kdc = lying_kdc_open();
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	session_free(f->s);
	lying_kdc_close(f->kdc);
	free(f);
	return 0;
}

static enum cg_status import(struct fixture *f, const char *text, size_t len)
{
	struct seal_to to = { f->s->public_key, UID, session_name(CLIENT) };
	struct cg_import_password_in in = { .uid = UID, .client = to.name };
	struct cg_import_password_out out;
	uint8_t box[SEAL_MAX];
	enum cg_status st;

	in.sealed.data = box;
	in.sealed.len = seal(&to, (struct cg_bytes){ (const uint8_t *)text,
						     len }, box);
	st = call_import_password(f->s, &in, &out);
	f->password = out.handle;
	return st;
}

static void remember(struct fixture *f, struct cg_bytes request)
{
	assert_true(request.len > 0 && request.len <= sizeof(f->request));
	memcpy(f->request, request.data, request.len);
	f->request_len = request.len;
}

static enum cg_status make(struct fixture *f)
{
	const struct cg_make_as_req_in in = {
		.uid = UID, .password = f->password,
		.lifetime_s = 36000, .renewable_s = 86400 };
	struct cg_make_as_req_out out;
	enum cg_status st = call_make_as_req(f->s, &in, &out);

	if (st == CG_OK) {
		f->exchange = out.exchange;
		remember(f, out.request);
		assert_int_equal(out.realm.len, 12);
		assert_memory_equal(out.realm.data, "EXAMPLE.TEST", 12);
	}
	return st;
}

static enum cg_status absorb(struct fixture *f, struct cg_bytes reply)
{
	const struct cg_absorb_as_rep_in in = {
		.uid = UID, .exchange = f->exchange, .reply = reply };
	enum cg_status st = call_absorb_as_rep(f->s, &in, &f->out);

	if (st == CG_OK && f->out.more == 1) {
		remember(f, f->out.request);
	}
	return st;
}

static struct cg_bytes answer(struct fixture *f, const char *password,
			      const struct lie *lie)
{
	return lying_kdc_as(f->kdc, (struct cg_bytes){ f->request,
						       f->request_len },
			    password, lie);
}

/* From the password to the last word of the KDC. */
static enum cg_status log_on(struct fixture *f, const struct lie *lie)
{
	assert_int_equal(import(f, PASSWORD, strlen(PASSWORD)), CG_OK);
	assert_int_equal(make(f), CG_OK);
	return absorb(f, answer(f, PASSWORD, lie));
}

static void expect_nothing(const struct fixture *f)
{
	assert_int_equal(f->s->vault.store.n_entries, 0);
	assert_int_equal(f->s->vault.exchanges.n, 0);
	assert_int_equal(f->out.tgt.v, 0);
}

static void a_password_becomes_a_tgt_and_is_gone(void **state)
{
	struct fixture *f = *state;
	const struct cg_entry *e = NULL;

	assert_int_equal(log_on(f, &(struct lie){ 0 }), CG_OK);
	assert_int_equal(f->out.more, 0);
	assert_int_equal(f->s->vault.store.n_entries, 1);
	assert_int_equal(f->s->vault.exchanges.n, 0);
	e = f->s->vault.store.first;
	assert_int_equal(e->kind, CG_KIND_TGT);
	assert_int_equal(e->handle.v, f->out.tgt.v);
	assert_int_equal(e->uid, UID);
	assert_true(f->out.endtime > cg_vault_now());
	assert_int_equal(make(f), CG_E_NOT_FOUND);
}

static enum cg_status copy(struct cg_secret_bytes lent, void *arg)
{
	memcpy(arg, lent.data, lent.len);
	return CG_OK;
}

/* MD4 of "correct horse" in UTF-16. */
static void the_nt_hash_is_kept_with_the_tgt(void **state)
{
	static const uint8_t want[16] = {
		0xcf, 0xc4, 0x32, 0x11, 0xba, 0x8d, 0xc4, 0x70,
		0x83, 0x22, 0x67, 0x82, 0x7c, 0xac, 0x14, 0x07 };
	struct fixture *f = *state;
	uint8_t got[16] = { 0 };

	assert_int_equal(log_on(f, &(struct lie){ 0 }), CG_OK);
	assert_int_equal(f->out.has_ntlm, 1);
	assert_non_null(f->s->vault.store.first->nt_hash);
	assert_int_equal(cg_secret_with(f->s->vault.store.first->nt_hash,
					copy, got), CG_OK);
	assert_memory_equal(got, want, sizeof(want));
}

static void without_ntlm_there_is_no_hash(void **state)
{
	struct fixture *f = *state;

	f->s->vault.ntlm = false;
	assert_int_equal(log_on(f, &(struct lie){ 0 }), CG_OK);
	assert_int_equal(f->out.has_ntlm, 0);
	assert_null(f->s->vault.store.first->nt_hash);
}

static void a_password_that_is_not_utf_8_is_good_without_ntlm(void **state)
{
	static const char odd[] = "\xff\xfe odd";
	struct fixture *f = *state;

	assert_int_equal(import(f, odd, strlen(odd)), CG_OK);
	assert_int_equal(make(f), CG_OK);
	assert_int_equal(absorb(f, answer(f, odd, &(struct lie){ 0 })),
			 CG_OK);
	assert_int_equal(f->out.has_ntlm, 0);
}

static void the_reply_names_the_tgt_and_holds_no_byte_of_it(void **state)
{
	struct fixture *f = *state;
	const krb5_keyblock *key = NULL;
	const struct cg_entry *e = NULL;

	assert_int_equal(log_on(f, &(struct lie){ .ticket_len = 500 }), CG_OK);
	key = lying_kdc_last_key(f->kdc);
	e = f->s->vault.store.first;
	assert_null(memmem(f->s->reply, f->s->reply_len, key->contents, 8));
	assert_null(memmem(f->s->reply, f->s->reply_len,
			   e->ticket.data + e->ticket.len - 40, 8));
	assert_int_equal(f->out.request.len, 0);
}

static void a_request_asks_for_no_more_than_it_needs(void **state)
{
	struct fixture *f = *state;
	const krb5_kdc_req *req = NULL;
	const krb5_flags never = KDC_OPT_FORWARDABLE | KDC_OPT_FORWARDED |
				 KDC_OPT_PROXIABLE | KDC_OPT_PROXY |
				 KDC_OPT_ALLOW_POSTDATE;

	assert_int_equal(log_on(f, &(struct lie){ 0 }), CG_OK);
	req = f->kdc->request;
	assert_int_equal(req->kdc_options & never, 0);
	assert_int_not_equal(req->kdc_options & KDC_OPT_CANONICALIZE, 0);
	assert_int_not_equal(req->kdc_options & KDC_OPT_RENEWABLE, 0);
	assert_null(req->addresses);
	for (int i = 0; i < req->nktypes; i++) {
		assert_true(req->ktype[i] >= 17 && req->ktype[i] <= 20);
	}
}

static void a_reply_for_another_password_is_refused(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(import(f, PASSWORD, strlen(PASSWORD)), CG_OK);
	assert_int_equal(make(f), CG_OK);
	assert_int_equal(absorb(f, answer(f, "correct hors",
					  &(struct lie){ 0 })), CG_E_KRB5);
	assert_int_equal((int32_t)f->s->detail, KRB5KRB_AP_ERR_BAD_INTEGRITY);
	expect_nothing(f);
}

static void a_reply_that_does_not_fit_the_request_is_refused(void **state)
{
	static const struct lie lies[] = {
		{ .add_to_nonce = 1 },
		{ .inner = "host/fs1@EXAMPLE.TEST" },
		{ .inner = "kadmin/changepw@EXAMPLE.TEST" },
		{ .inner = TGT, .outer = "host/fs1@EXAMPLE.TEST" },
		{ .inner = "host/fs1@EXAMPLE.TEST", .outer = TGT },
		{ .add_to_start = 90000 },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		assert_int_equal(log_on(f, &lies[i]), CG_E_KRB5);
		expect_nothing(f);
	}
}

static void a_weak_session_key_is_refused(void **state)
{
	struct fixture *f = *state;
	const struct lie rc4 = { .enctype = ENCTYPE_ARCFOUR_HMAC };

	assert_int_not_equal(log_on(f, &rc4), CG_OK);
	expect_nothing(f);
}

static void an_altered_reply_gives_no_other_tgt(void **state)
{
	struct fixture *f = *state;
	size_t len = 1;

	for (size_t i = 0; i < len; i += 5) {
		static uint8_t copy[4096];
		struct cg_bytes reply;
		const struct cg_forget_uid_in all = { .uid = UID };
		struct cg_forget_uid_out gone;

		assert_int_equal(import(f, PASSWORD, strlen(PASSWORD)),
				 CG_OK);
		assert_int_equal(make(f), CG_OK);
		reply = answer(f, PASSWORD, &(struct lie){ 0 });
		len = reply.len;
		assert_true(len <= sizeof(copy));
		memcpy(copy, reply.data, len);
		copy[i] ^= 1;
		if (absorb(f, (struct cg_bytes){ copy, len }) == CG_OK &&
		    f->out.more == 0) {
			struct cg_bytes tgt = session_name(TGT);

			assert_int_equal(f->out.server.len, tgt.len);
			assert_memory_equal(f->out.server.data + 4,
					    tgt.data + 4, tgt.len - 4);
		}
		assert_int_equal(call_forget_uid(f->s, &all, &gone), CG_OK);
		assert_int_equal(f->s->vault.exchanges.n, 0);
	}
}

static void an_error_of_the_kdc_is_told_by_its_number(void **state)
{
	static const uint32_t codes[] = { 6, 18, 23, 37, 60, 68 };
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		assert_int_equal(import(f, PASSWORD, strlen(PASSWORD)),
				 CG_OK);
		assert_int_equal(make(f), CG_OK);
		assert_int_equal(absorb(f, lying_kdc_error(f->kdc, codes[i],
							   NULL)), CG_E_KRB5);
		assert_int_equal((int32_t)f->s->detail,
				 ERROR_TABLE_BASE_krb5 + (int32_t)codes[i]);
		expect_nothing(f);
	}
}

/* Each is answered with a new request or an error, and it comes to an end:
 * an empty reply, an error whose code libkrb5 takes for success, rubbish. */
static void nonsense_in_place_of_replies_comes_to_an_end(void **state)
{
	static const uint8_t rubbish[] = { 0x6b, 0x82, 0xff, 0xff, 0, 0 };
	struct fixture *f = *state;

	for (int kind = 0; kind < 3; kind++) {
		enum cg_status st = CG_OK;
		int n = 0;

		assert_int_equal(import(f, PASSWORD, strlen(PASSWORD)),
				 CG_OK);
		assert_int_equal(make(f), CG_OK);
		while (st == CG_OK) {
			st = absorb(f, kind == 0 ? (struct cg_bytes){ 0 }
				       : kind == 1 ? lying_kdc_error(
						f->kdc, 1765328384U, NULL)
				       : (struct cg_bytes){
						rubbish, sizeof(rubbish) });
			assert_true(++n <= 20);
		}
		assert_int_equal(st, CG_E_KRB5);
		expect_nothing(f);
	}
}

static void a_password_with_a_nul_inside_is_refused(void **state)
{
	static const char text[] = "correct\0horse";
	struct fixture *f = *state;
	enum cg_status st = import(f, text, sizeof(text) - 1);

	if (st == CG_OK) {
		st = make(f);
	}
	assert_int_equal(st, CG_E_INVALID);
	expect_nothing(f);
}

static void a_client_that_is_no_name_costs_the_password(void **state)
{
	struct fixture *f = *state;
	static const uint8_t bad[] = { 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0 };
	struct seal_to to = { f->s->public_key, UID, { bad, sizeof(bad) } };
	struct cg_import_password_in in = { .uid = UID, .client = to.name };
	struct cg_import_password_out out;
	uint8_t box[SEAL_MAX];

	in.sealed.data = box;
	in.sealed.len = seal(&to, (struct cg_bytes){
		(const uint8_t *)PASSWORD, strlen(PASSWORD) }, box);
	assert_int_equal(call_import_password(f->s, &in, &out), CG_OK);
	f->password = out.handle;
	assert_int_equal(make(f), CG_E_INVALID);
	expect_nothing(f);
}

static void a_tgt_is_no_password_and_a_password_no_tgt(void **state)
{
	struct fixture *f = *state;
	struct cg_make_tgs_req_in tgs = { .uid = UID };
	struct cg_make_tgs_req_out out;

	assert_int_equal(import(f, PASSWORD, strlen(PASSWORD)), CG_OK);
	tgs.tgt = f->password;
	tgs.server = session_name("host/fs1@EXAMPLE.TEST");
	assert_int_equal(call_make_tgs_req(f->s, &tgs, &out), CG_E_DENIED);
	f->password = lying_kdc_import(f->kdc, f->s, UID, CLIENT, TGT);
	assert_int_equal(make(f), CG_E_NOT_FOUND);
}

static void an_exchange_is_of_its_kind_only(void **state)
{
	struct fixture *f = *state;
	struct cg_absorb_tgs_rep_in tgs = { .uid = UID };
	struct cg_absorb_tgs_rep_out out;
	struct cg_bytes reply;

	assert_int_equal(import(f, PASSWORD, strlen(PASSWORD)), CG_OK);
	assert_int_equal(make(f), CG_OK);
	reply = answer(f, PASSWORD, &(struct lie){ 0 });
	tgs.exchange = f->exchange;
	tgs.reply = reply;
	assert_int_equal(call_absorb_tgs_rep(f->s, &tgs, &out),
			 CG_E_NOT_FOUND);
	assert_int_equal(absorb(f, reply), CG_OK);
}

static void forgetting_the_uid_ends_the_logon(void **state)
{
	struct fixture *f = *state;
	const struct cg_forget_uid_in all = { .uid = UID };
	struct cg_forget_uid_out gone;
	struct cg_bytes reply;

	assert_int_equal(import(f, PASSWORD, strlen(PASSWORD)), CG_OK);
	assert_int_equal(make(f), CG_OK);
	reply = answer(f, PASSWORD, &(struct lie){ 0 });
	assert_int_equal(call_forget_uid(f->s, &all, &gone), CG_OK);
	assert_int_equal(gone.n_forgotten, 1);
	assert_int_equal(absorb(f, reply), CG_E_NOT_FOUND);
	expect_nothing(f);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_password_becomes_a_tgt_and_is_gone),
		TEST(the_reply_names_the_tgt_and_holds_no_byte_of_it),
		TEST(a_request_asks_for_no_more_than_it_needs),
		TEST(a_reply_for_another_password_is_refused),
		TEST(a_reply_that_does_not_fit_the_request_is_refused),
		TEST(a_weak_session_key_is_refused),
		TEST(an_altered_reply_gives_no_other_tgt),
		TEST(an_error_of_the_kdc_is_told_by_its_number),
		TEST(nonsense_in_place_of_replies_comes_to_an_end),
		TEST(a_password_with_a_nul_inside_is_refused),
		TEST(a_client_that_is_no_name_costs_the_password),
		TEST(a_tgt_is_no_password_and_a_password_no_tgt),
		TEST(an_exchange_is_of_its_kind_only),
		TEST(the_nt_hash_is_kept_with_the_tgt),
		TEST(without_ntlm_there_is_no_hash),
		TEST(a_password_that_is_not_utf_8_is_good_without_ntlm),
		TEST(forgetting_the_uid_ends_the_logon),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
