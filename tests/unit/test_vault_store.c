/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the vault holds and for whom: limits, order, other uids, forgetting. */
#include "tests/unit/vault_session.h"

#include <krb5.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "idl/limits.h"
#include "tests/unit/lying_kdc.h"
#include "tests/unit/seal.h"

#define ALICE 1000U
#define BOB 1001U
#define REALM "@EXAMPLE.TEST"
#define TGT_NAME "krbtgt/EXAMPLE.TEST" REALM
#define AES256 ENCTYPE_AES256_CTS_HMAC_SHA1_96

static const uint8_t some[CG_TICKET_MAX];

static int setup(void **state)
{
	*state = session_ready();
	return 0;
}

static int teardown(void **state)
{
	session_free(*state);
	return 0;
}

static struct cg_import_ticket_in ticket_for(uint32_t uid, const char *server)
{
	return (struct cg_import_ticket_in){
		.uid = uid,
		.enctype = AES256,
		.endtime = (uint64_t)time(NULL) + 3600,
		.client = session_name("alice" REALM),
		.server = session_name(server),
		.session_key = { some, 32 },
		.ticket = { some, 500 },
	};
}

static enum cg_status import(struct session *s, uint32_t uid,
			     struct cg_handle *out)
{
	const struct cg_import_ticket_in in = ticket_for(uid, TGT_NAME);
	struct cg_import_ticket_out rep;
	enum cg_status st = call_import_ticket(s, &in, &rep);

	assert_true(st != CG_OK || rep.kept == 1);
	*out = rep.handle;
	return st;
}

static enum cg_status import_password(struct session *s, uint32_t uid,
				      const char *client,
				      struct cg_handle *out)
{
	static const uint8_t text[] = "correct horse";
	uint8_t box[SEAL_MAX];
	struct seal_to to = { s->public_key, uid, session_name(client) };
	struct cg_import_password_in in = { .uid = uid, .client = to.name };
	struct cg_import_password_out rep;
	enum cg_status st;

	in.sealed = (struct cg_bytes){
		box, seal(&to, (struct cg_bytes){ text, 13 }, box) };
	st = call_import_password(s, &in, &rep);
	*out = rep.handle;
	return st;
}

static uint32_t n_of(struct session *s)
{
	const struct cg_list_usage_in in = { 0 };
	struct cg_list_usage_out out;

	assert_int_equal(call_list_usage(s, &in, &out), CG_OK);
	return out.n_entries;
}

static enum cg_status next(struct session *s, uint32_t uid,
			   struct cg_list_entry_out *e)
{
	const struct cg_list_entry_in in = { .uid = uid, .after = e->handle };

	return call_list_entry(s, &in, e);
}

static enum cg_status forget(struct session *s, uint32_t uid,
			     struct cg_handle handle, uint32_t *n)
{
	const struct cg_forget_entry_in in = { .uid = uid, .handle = handle };
	struct cg_forget_entry_out out;
	enum cg_status st = call_forget_entry(s, &in, &out);

	*n = out.n_forgotten;
	return st;
}

static void a_stored_ticket_is_listed_as_it_came(void **state)
{
	struct session *s = *state;
	struct cg_import_ticket_in in = ticket_for(ALICE, TGT_NAME);
	struct cg_import_ticket_out rep;
	struct cg_list_entry_out e = { 0 };

	in.ticket_flags = 0x40e10000;
	in.authtime = 1700000001;
	in.starttime = 1700000002;
	in.endtime = 0xfffffffe;
	in.renew_till = 0xffffffff;
	assert_int_equal(call_import_ticket(s, &in, &rep), CG_OK);
	assert_int_equal(next(s, ALICE, &e), CG_OK);
	assert_int_equal(e.handle.v, rep.handle.v);
	assert_int_equal(e.uid, ALICE);
	assert_int_equal(e.kind, CG_KIND_TGT);
	assert_int_equal(e.ticket_flags, 0x40e10000);
	assert_int_equal(e.authtime, 1700000001);
	assert_int_equal(e.starttime, 1700000002);
	assert_true(e.endtime == 0xfffffffe && e.renew_till == 0xffffffff);
	assert_int_equal(e.client.len, in.client.len);
	assert_memory_equal(e.client.data, in.client.data, in.client.len);
	assert_int_equal(e.server.len, in.server.len);
	assert_memory_equal(e.server.data, in.server.data, in.server.len);
	assert_int_equal(next(s, ALICE, &e), CG_E_NOT_FOUND);
}

/* Each byte of the key is told from every other byte of the reply. */
static void no_reply_but_one_has_room_for_a_key(void **state)
{
	struct session *s = *state;
	struct cg_import_ticket_in in = ticket_for(ALICE, TGT_NAME);
	uint8_t key[32];
	uint8_t ticket[300];
	struct cg_import_ticket_out rep;
	struct cg_list_entry_out e = { 0 };

	memset(key, 0xc7, sizeof(key));
	memset(ticket, 0xd9, sizeof(ticket));
	in.session_key = (struct cg_secret_bytes){ key, sizeof(key) };
	in.ticket = (struct cg_bytes){ ticket, sizeof(ticket) };
	assert_int_equal(call_import_ticket(s, &in, &rep), CG_OK);
	assert_null(memmem(s->reply, s->reply_len, key, 4));
	assert_null(memmem(s->reply, s->reply_len, ticket, 4));
	assert_int_equal(next(s, ALICE, &e), CG_OK);
	assert_null(memmem(s->reply, s->reply_len, key, 4));
	assert_null(memmem(s->reply, s->reply_len, ticket, 4));
}

static void a_service_ticket_is_not_kept(void **state)
{
	struct session *s = *state;
	const struct cg_import_ticket_in in =
		ticket_for(ALICE, "host/fs1.example.test" REALM);
	struct cg_import_ticket_out rep;

	assert_int_equal(call_import_ticket(s, &in, &rep), CG_OK);
	assert_int_equal(rep.kept, 0);
	assert_int_equal(rep.handle.v, 0);
	assert_int_equal(n_of(s), 0);
}

static void what_is_no_tgt_but_may_not_leave_is_kept_and_of_no_use(
	void **state)
{
	static const char *const names[] = {
		"kadmin/changepw" REALM, "krbtgt" REALM, "fs1$" REALM,
		"krbtgt/A/B" REALM, "krbtgt_123/EXAMPLE.TEST" REALM,
	};
	struct session *s = *state;

	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		struct cg_import_ticket_in in = ticket_for(ALICE, names[i]);
		struct cg_import_ticket_out rep;
		struct cg_list_entry_out e = { 0 };
		struct cg_make_tgs_req_in use = { .uid = ALICE };
		struct cg_make_tgs_req_out out;

		assert_int_equal(call_import_ticket(s, &in, &rep), CG_OK);
		assert_int_equal(rep.kept, 1);
		e.handle.v = rep.handle.v - 1;
		assert_int_equal(next(s, ALICE, &e), CG_OK);
		assert_int_equal(e.kind, CG_KIND_KEPT);
		use.tgt = rep.handle;
		use.server = session_name("host/fs1" REALM);
		assert_int_equal(call_make_tgs_req(s, &use, &out),
				 CG_E_DENIED);
	}
}

static void weak_or_unknown_keys_are_refused(void **state)
{
	static const int32_t bad[] = { 0, 1, 3, 16, 23, 24, 25, 26, -1, 255,
				       INT32_MAX, INT32_MIN };
	struct session *s = *state;
	struct cg_import_ticket_in in = ticket_for(ALICE, TGT_NAME);
	struct cg_import_ticket_out rep;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		in.enctype = bad[i];
		assert_int_equal(call_import_ticket(s, &in, &rep),
				 CG_E_DENIED);
	}
	in.enctype = AES256;
	in.session_key.len = 0;
	assert_int_equal(call_import_ticket(s, &in, &rep), CG_E_INVALID);
	in.session_key.len = 32;
	in.ticket.len = 0;
	assert_int_equal(call_import_ticket(s, &in, &rep), CG_E_INVALID);
	assert_int_equal(n_of(s), 0);
}

static void another_uid_does_not_find_it(void **state)
{
	struct session *s = *state;
	struct cg_handle tgt;
	struct cg_handle password;
	struct cg_list_entry_out e = { 0 };
	struct cg_make_tgs_req_in use = { .uid = BOB };
	struct cg_make_tgs_req_out used;
	struct cg_make_as_req_in as = { .uid = BOB };
	struct cg_make_as_req_out as_out;
	uint32_t n = 0;

	assert_int_equal(import(s, ALICE, &tgt), CG_OK);
	assert_int_equal(import_password(s, ALICE, "alice" REALM, &password),
			 CG_OK);
	use.tgt = tgt;
	use.server = session_name("host/fs1" REALM);
	as.password = password;
	assert_int_equal(next(s, BOB, &e), CG_E_NOT_FOUND);
	assert_int_equal(call_make_tgs_req(s, &use, &used), CG_E_NOT_FOUND);
	assert_int_equal(call_make_as_req(s, &as, &as_out), CG_E_NOT_FOUND);
	assert_int_equal(forget(s, BOB, tgt, &n), CG_E_NOT_FOUND);
	assert_int_equal(forget(s, 0, tgt, &n), CG_E_NOT_FOUND);
	/* "All" is for listing and forgetting, not for using. */
	use.uid = CG_UID_ALL;
	as.uid = CG_UID_ALL;
	assert_int_equal(call_make_tgs_req(s, &use, &used), CG_E_NOT_FOUND);
	assert_int_equal(call_make_as_req(s, &as, &as_out), CG_E_NOT_FOUND);
	assert_int_equal(n_of(s), 2);
}

static void entries_are_listed_in_the_order_they_came(void **state)
{
	struct session *s = *state;
	struct cg_handle made[9];
	struct cg_list_entry_out e = { 0 };

	for (size_t i = 0; i < 9; i++) {
		assert_int_equal(import(s, i % 3 == 0 ? BOB : ALICE, &made[i]),
				 CG_OK);
	}
	for (size_t i = 0; i < 9; i++) {
		assert_int_equal(next(s, CG_UID_ALL, &e), CG_OK);
		assert_int_equal(e.handle.v, made[i].v);
	}
	assert_int_equal(next(s, CG_UID_ALL, &e), CG_E_NOT_FOUND);
	e.handle.v = 0;
	for (size_t i = 0; i < 9; i += 3) {
		assert_int_equal(next(s, BOB, &e), CG_OK);
		assert_int_equal(e.handle.v, made[i].v);
		assert_int_equal(e.uid, BOB);
	}
	assert_int_equal(next(s, BOB, &e), CG_E_NOT_FOUND);
}

static void a_uid_that_is_full_leaves_room_for_others(void **state)
{
	struct session *s = *state;
	struct cg_handle h;
	uint32_t n = 0;
	struct cg_handle first = { 0 };

	for (size_t i = 0; i < SESSION_ENTRIES_PER_UID; i++) {
		assert_int_equal(import(s, ALICE, &h), CG_OK);
		first = i == 0 ? h : first;
	}
	assert_int_equal(import(s, ALICE, &h), CG_E_LIMIT);
	assert_int_equal(import_password(s, ALICE, "alice" REALM, &h),
			 CG_E_LIMIT);
	assert_int_equal(import(s, BOB, &h), CG_OK);
	assert_int_equal(forget(s, ALICE, first, &n), CG_OK);
	assert_int_equal(import(s, ALICE, &h), CG_OK);
	assert_int_equal(import(s, ALICE, &h), CG_E_LIMIT);
}

static void the_whole_store_has_a_limit(void **state)
{
	struct session *s = *state;
	struct cg_handle h;

	for (uint32_t i = 0; i < SESSION_ENTRIES; i++) {
		assert_int_equal(import(s, ALICE + i % 8, &h), CG_OK);
	}
	assert_int_equal(import(s, 2000, &h), CG_E_LIMIT);
	assert_int_equal(n_of(s), SESSION_ENTRIES);
}

static void the_bytes_of_a_uid_have_a_limit(void **state)
{
	struct session *s = *state;
	struct cg_import_ticket_in in = ticket_for(ALICE, TGT_NAME);
	struct cg_import_ticket_out rep;
	size_t total = 0;

	in.ticket.len = CG_TICKET_MAX;
	while (call_import_ticket(s, &in, &rep) == CG_OK) {
		total += CG_TICKET_MAX;
		assert_true(total <= CG_UID_BYTES_MAX);
	}
	assert_true(total > CG_UID_BYTES_MAX - 2 * (size_t)CG_TICKET_MAX);
	in.uid = BOB;
	assert_int_equal(call_import_ticket(s, &in, &rep), CG_OK);
}

static void forgetting_a_uid_takes_all_of_it_and_no_more(void **state)
{
	struct session *s = *state;
	struct cg_forget_uid_in in = { .uid = ALICE };
	struct cg_forget_uid_out out;
	struct cg_handle h;

	assert_int_equal(import(s, ALICE, &h), CG_OK);
	assert_int_equal(import(s, BOB, &h), CG_OK);
	assert_int_equal(import_password(s, ALICE, "alice" REALM, &h), CG_OK);
	assert_int_equal(call_forget_uid(s, &in, &out), CG_OK);
	assert_int_equal(out.n_forgotten, 2);
	assert_int_equal(n_of(s), 1);
	assert_int_equal(call_forget_uid(s, &in, &out), CG_OK);
	assert_int_equal(out.n_forgotten, 0);
	in.uid = CG_UID_ALL;
	assert_int_equal(call_forget_uid(s, &in, &out), CG_OK);
	assert_int_equal(out.n_forgotten, 1);
	assert_int_equal(import(s, ALICE, &h), CG_OK);
}

static void a_handle_is_never_given_twice(void **state)
{
	struct session *s = *state;
	struct cg_handle last = { 0 };
	struct cg_handle h;
	uint32_t n = 0;

	for (size_t i = 0; i < 20; i++) {
		assert_int_equal(import(s, ALICE, &h), CG_OK);
		assert_true(h.v > last.v);
		assert_int_equal(forget(s, ALICE, h, &n), CG_OK);
		assert_int_equal(n, 1);
		last = h;
	}
}

static void a_password_that_is_never_used_is_swept(void **state)
{
	struct session *s = *state;
	struct cg_handle password;
	struct cg_handle tgt;

	assert_int_equal(import_password(s, ALICE, "alice" REALM, &password),
			 CG_OK);
	assert_int_equal(import(s, BOB, &tgt), CG_OK);
	assert_int_equal(n_of(s), 2);
	s->vault.store.first->authtime -= CG_PASSWORD_LIFE_S + 1;
	assert_int_equal(import(s, BOB, &tgt), CG_OK);
	assert_int_equal(n_of(s), 2);		/* of bob; hers is gone */
	assert_int_equal(s->vault.store.first->uid, BOB);
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_stored_ticket_is_listed_as_it_came),
		TEST(no_reply_but_one_has_room_for_a_key),
		TEST(a_service_ticket_is_not_kept),
		TEST(what_is_no_tgt_but_may_not_leave_is_kept_and_of_no_use),
		TEST(weak_or_unknown_keys_are_refused),
		TEST(another_uid_does_not_find_it),
		TEST(entries_are_listed_in_the_order_they_came),
		TEST(a_uid_that_is_full_leaves_room_for_others),
		TEST(the_whole_store_has_a_limit),
		TEST(the_bytes_of_a_uid_have_a_limit),
		TEST(forgetting_a_uid_takes_all_of_it_and_no_more),
		TEST(a_handle_is_never_given_twice),
		TEST(a_password_that_is_never_used_is_swept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
