/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Referrals, renewal and the life of exchanges, against a KDC that lies. */
#include "tests/unit/tgs_session.h"

#include <krb5.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "idl/limits.h"

static void a_referral_is_followed_and_stays(void **state)
{
	struct tgs_session *f = *state;

	assert_int_equal(tgs_ask(f, "host/fs2.other.test" HOME,
			     &(struct lie){ .inner = REFERRAL }), CG_OK);
	assert_int_equal(f->out.more, 1);
	assert_string_equal(f->realm, "OTHER.TEST");
	assert_int_equal(f->out.session_key.len, 0);
	assert_int_equal(f->out.ticket.len, 0);
	assert_int_equal(f->s->vault.store.n_entries, 2);
	assert_int_equal(tgs_go_on(f, &tgs_truth), CG_OK);
	assert_int_equal(f->out.more, 0);
	tgs_expect_name(f->out.server, AWAY_SERVICE);
	tgs_expect_key(f);
	assert_int_equal(f->s->vault.exchanges.n, 0);
}

static void a_known_referral_saves_the_way(void **state)
{
	struct tgs_session *f = *state;

	assert_int_equal(tgs_ask(f, AWAY_SERVICE, &tgs_truth), CG_OK);
	assert_int_equal(f->out.more, 1);
	assert_int_equal(tgs_go_on(f, &tgs_truth), CG_OK);
	tgs_expect_name(f->out.server, AWAY_SERVICE);
	assert_int_equal(tgs_make(f, "http/fs2.other.test" AWAY), CG_OK);
	assert_string_equal(f->realm, "OTHER.TEST");
	assert_int_equal(tgs_go_on(f, &tgs_truth), CG_OK);
	tgs_expect_name(f->out.server, "http/fs2.other.test" AWAY);
	assert_int_equal(f->s->vault.store.n_entries, 2);
}

static void the_same_referral_is_kept_once(void **state)
{
	struct tgs_session *f = *state;

	for (int i = 0; i < 4; i++) {
		assert_int_equal(tgs_ask(f, "host/fs2.other.test" HOME,
				     &(struct lie){ .inner = REFERRAL }),
				 CG_OK);
		assert_int_equal(tgs_go_on(f, &tgs_truth), CG_OK);
		assert_int_equal(f->s->vault.store.n_entries, 2);
	}
}

/* Else the KDC of a trusted realm could put a ticket whose key it knows in
 * the place of a service of the user's own realm. */
static void a_kdc_of_another_realm_cannot_name_a_service_of_ours(void **state)
{
	static const char *const foreign[] = {
		SERVICE, "host/fs1.example.test@THIRD.TEST",
	};
	struct tgs_session *f = *state;

	assert_int_equal(tgs_ask(f, AWAY_SERVICE, &tgs_truth), CG_OK);
	assert_int_equal(tgs_go_on(f, &tgs_truth), CG_OK);
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		const struct lie lie = { .inner = foreign[i] };

		assert_int_equal(tgs_make(f, AWAY_SERVICE), CG_OK);
		assert_string_equal(f->realm, "OTHER.TEST");
		assert_int_equal(tgs_go_on(f, &lie), CG_E_KRB5);
		tgs_expect_nothing(f);
	}
}

static void a_kdc_of_another_realm_cannot_give_a_referral_of_ours(
	void **state)
{
	struct tgs_session *f = *state;
	const struct lie lie = { .inner = "krbtgt/THIRD.TEST" HOME };

	assert_int_equal(tgs_ask(f, AWAY_SERVICE, &tgs_truth), CG_OK);
	assert_int_equal(tgs_go_on(f, &lie), CG_E_KRB5);
	assert_int_equal(f->s->vault.store.n_entries, 2);
}

static void a_chain_of_referrals_ends(void **state)
{
	struct tgs_session *f = *state;
	int hops = 0;

	assert_int_equal(tgs_make(f, SERVICE), CG_OK);
	while (tgs_go_on(f, hops % 2 == 0
			? &(struct lie){ .inner = REFERRAL }
			: &(struct lie){ .inner = "krbtgt/EXAMPLE.TEST" AWAY })
	       == CG_OK) {
		assert_int_equal(f->out.more, 1);
		assert_true(++hops <= 8);
	}
	assert_int_equal(hops, 8);
	assert_int_equal(f->s->vault.exchanges.n, 0);
}

static void a_renewed_tgt_takes_the_place_of_the_old(void **state)
{
	struct tgs_session *f = *state;
	const struct cg_list_entry_in in = { .uid = UID };
	const struct lie longer = { .lifetime_s = 9000 };
	struct cg_list_entry_out before;
	struct cg_list_entry_out after;
	uint64_t endtime;

	assert_int_equal(call_list_entry(f->s, &in, &before), CG_OK);
	endtime = before.endtime;
	assert_int_equal(tgs_ask(f, NULL, &longer), CG_OK);
	assert_int_equal(f->out.kept, 1);
	assert_int_equal(f->out.session_key.len, 0);
	assert_int_equal(f->out.ticket.len, 0);
	assert_true(f->out.endtime > endtime + 5000);
	assert_int_equal(call_list_entry(f->s, &in, &after), CG_OK);
	assert_int_equal(after.handle.v, f->tgt.v);
	assert_int_equal(f->s->vault.store.n_entries, 1);
	/* The KDC finds the key by the ticket: it must be the new one. */
	assert_int_equal(tgs_ask(f, SERVICE, &tgs_truth), CG_OK);
	tgs_expect_key(f);
}

static void a_renewal_that_gives_another_ticket_is_refused(void **state)
{
	static const char *const others[] = { REFERRAL, SERVICE,
					      "krbtgt/example.test" HOME };
	struct tgs_session *f = *state;

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		const struct lie lie = { .inner = others[i] };

		assert_int_equal(tgs_ask(f, NULL, &lie), CG_E_DENIED);
		tgs_expect_nothing(f);
		assert_int_equal(f->s->vault.store.n_entries, 1);
	}
}

static void an_expired_tgt_is_not_used(void **state)
{
	struct tgs_session *f = *state;

	f->s->vault.store.first->endtime = cg_vault_now();
	assert_int_equal(tgs_make(f, SERVICE), CG_E_KRB5);
	assert_int_equal((int32_t)f->s->detail, KRB5KRB_AP_ERR_TKT_EXPIRED);
	assert_int_equal(f->s->vault.exchanges.n, 0);
}

static void renewal_and_a_server_exclude_each_other(void **state)
{
	struct tgs_session *f = *state;
	struct cg_make_tgs_req_in in = { .uid = UID, .tgt = f->tgt };
	struct cg_make_tgs_req_out out;

	assert_int_equal(call_make_tgs_req(f->s, &in, &out), CG_E_INVALID);
	in.renew = 1;
	in.server = session_name(SERVICE);
	assert_int_equal(call_make_tgs_req(f->s, &in, &out), CG_E_INVALID);
}

static void a_forgotten_tgt_ends_what_it_had_begun(void **state)
{
	struct tgs_session *f = *state;
	const struct cg_forget_entry_in in = { .uid = UID, .handle = f->tgt };
	struct cg_forget_entry_out out;
	struct cg_bytes reply;

	assert_int_equal(tgs_make(f, SERVICE), CG_OK);
	reply = tgs_answer(f, &tgs_truth);
	assert_int_equal(call_forget_entry(f->s, &in, &out), CG_OK);
	assert_int_equal(tgs_absorb(f, reply), CG_E_NOT_FOUND);
	tgs_expect_nothing(f);
}

static void a_forgotten_tgt_takes_its_referrals_along(void **state)
{
	struct tgs_session *f = *state;
	const struct cg_forget_entry_in in = { .uid = UID, .handle = f->tgt };
	struct cg_forget_entry_out out;

	assert_int_equal(tgs_ask(f, AWAY_SERVICE, &tgs_truth), CG_OK);
	assert_int_equal(tgs_go_on(f, &tgs_truth), CG_OK);
	assert_int_equal(f->s->vault.store.n_entries, 2);
	assert_int_equal(call_forget_entry(f->s, &in, &out), CG_OK);
	assert_int_equal(out.n_forgotten, 2);
	assert_int_equal(f->s->vault.store.n_entries, 0);
}

static void another_uid_cannot_absorb(void **state)
{
	struct tgs_session *f = *state;
	struct cg_absorb_tgs_rep_in in = { .uid = UID + 1 };

	assert_int_equal(tgs_make(f, SERVICE), CG_OK);
	in.exchange = f->exchange;
	in.reply = tgs_answer(f, &tgs_truth);
	assert_int_equal(call_absorb_tgs_rep(f->s, &in, &f->out),
			 CG_E_NOT_FOUND);
	in.uid = CG_UID_ALL;
	assert_int_equal(call_absorb_tgs_rep(f->s, &in, &f->out),
			 CG_E_NOT_FOUND);
	in.uid = UID;
	assert_int_equal(call_absorb_tgs_rep(f->s, &in, &f->out), CG_OK);
}

static void a_finished_exchange_is_gone(void **state)
{
	struct tgs_session *f = *state;

	assert_int_equal(tgs_ask(f, SERVICE, &tgs_truth), CG_OK);
	assert_int_equal(tgs_absorb(f, (struct cg_bytes){
		(uint8_t *)f->kdc->reply->data, f->kdc->reply->length }),
			 CG_E_NOT_FOUND);
}

static void abandoned_exchanges_are_swept(void **state)
{
	struct tgs_session *f = *state;

	assert_int_equal(tgs_make(f, SERVICE), CG_OK);
	f->s->vault.exchanges.first->begun -= CG_EXCHANGE_LIFE_S + 1;
	assert_int_equal(tgs_make(f, SERVICE), CG_OK);
	assert_int_equal(f->s->vault.exchanges.n, 1);
}

#define TEST(fn) cmocka_unit_test_setup_teardown( \
		fn, tgs_session_setup, tgs_session_teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_referral_is_followed_and_stays),
		TEST(a_known_referral_saves_the_way),
		TEST(the_same_referral_is_kept_once),
		TEST(a_kdc_of_another_realm_cannot_name_a_service_of_ours),
		TEST(a_kdc_of_another_realm_cannot_give_a_referral_of_ours),
		TEST(a_chain_of_referrals_ends),
		TEST(a_renewed_tgt_takes_the_place_of_the_old),
		TEST(a_renewal_that_gives_another_ticket_is_refused),
		TEST(an_expired_tgt_is_not_used),
		TEST(renewal_and_a_server_exclude_each_other),
		TEST(a_forgotten_tgt_ends_what_it_had_begun),
		TEST(a_forgotten_tgt_takes_its_referrals_along),
		TEST(another_uid_cannot_absorb),
		TEST(a_finished_exchange_is_gone),
		TEST(abandoned_exchanges_are_swept),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
