/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Getting tickets from a vault and a KDC that agree, fail or go on for ever,
 * for callers that wait, ask twice or go away. */
#include "isolated-helper/broker/acquire.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/time.h>
#include <cmocka.h>

#include "isolated-helper/broker/acquire_exchange.h"
#include "isolated-helper/broker/host.h"
#include "isolated-helper/broker/kdc_list.h"
#include "isolated-helper/broker/relay.h"
#include "isolated-helper/broker/ticket.h"
#include "isolated-helper/broker/vault.h"
#include "tests/unit/fake_vault.h"
#include "tests/unit/tcp_kdc.h"

#define UID 1000

struct world {
	struct tevent_context *ev;
	struct fake_vault *fake;
	struct tcp_kdc *kdc;
	struct cg_fixed_kdcs fixed;
	struct cg_vault *vault;
	struct cg_kdc_list *list;
	struct cg_relay *relay;
	struct cg_acquire *acquire;
	TALLOC_CTX *requests;		/* end first */
	uint32_t n_lost;
	struct cg_bytes cifs;
	struct cg_bytes alice;
	uint32_t detail;
};

static void lost(const char *why, void *arg)
{
	struct world *w = arg;

	(void)why;
	w->n_lost++;
}

static void open_parts(struct world *w)
{
	const struct cg_vault_channel channel = {
		w->fake->broker_end, 10, lost, w
	};
	const struct cg_kdc_sources sources = {
		.locate_program = cg_host_program(
			w, "../../credguard-locate"),
		.fixed = &w->fixed,
		.n_fixed = 1,
	};
	const struct cg_relay_times times = { 1, 1 };

	strcpy(w->fixed.realm.text, FAKE_REALM);
	w->fixed.hosts[0] = talloc_asprintf(w, "127.0.0.1:%u", w->kdc->port);
	w->vault = cg_vault_open(w, w->ev, &channel);
	w->list = cg_kdc_list_open(w, w->ev, &sources);
	w->relay = cg_relay_open(w, w->ev, w->list, &times);
	w->acquire = cg_acquire_open(w, w->ev, w->vault, w->relay);
	w->requests = talloc_new(w);
}

static int set_up_with(void **state, enum tcp_kdc_kind kind)
{
	struct world *w = talloc_zero(NULL, struct world);

	w->ev = tevent_context_init(w);
	w->fake = fake_vault_open(w, w->ev);
	w->kdc = tcp_kdc_open(w, w->ev, kind);
	w->cifs = fake_principal(w, "cifs", "fs1");
	w->alice = fake_principal(w, "alice", NULL);
	open_parts(w);
	*state = w;
	return 0;
}

static int set_up(void **state)
{
	return set_up_with(state, KDC_GOOD);
}

static int set_up_without_kdc(void **state)
{
	return set_up_with(state, KDC_CLOSES_AT_ONCE);
}

static int set_up_with_silent_kdc(void **state)
{
	return set_up_with(state, KDC_SILENT);
}

static int tear_down(void **state)
{
	struct world *w = *state;

	assert_int_equal(w->n_lost, 0);
	talloc_free(w->requests);
	talloc_free(w->acquire);
	talloc_free(w->relay);
	talloc_free(w->list);
	talloc_free(w->vault);
	talloc_free(w);
	return 0;
}

static void turn_for_ms(struct world *w, uint32_t ms)
{
	struct tevent_req *sleep = tevent_wakeup_send(
		w, w->ev, tevent_timeval_current_ofs(ms / 1000,
						     ms % 1000 * 1000));

	assert_true(tevent_req_poll(sleep, w->ev));
	talloc_free(sleep);
}

static struct tevent_req *ask_service(struct world *w, uint64_t tgt)
{
	return cg_acquire_service_send(w->requests, w->ev, w->acquire, UID,
				       (struct cg_handle){ tgt }, w->cifs);
}

static enum cg_status service(struct world *w, struct tevent_req *req,
			      struct cg_ticket **out)
{
	enum cg_status st;

	assert_true(tevent_req_poll(req, w->ev));
	st = cg_acquire_service_recv(req, w, out, &w->detail);
	talloc_free(req);
	assert_true((st == CG_OK) == (*out != NULL));
	return st;
}

static struct tevent_req *ask_tgt(struct world *w)
{
	static const uint8_t sealed[100] = { 1 };
	const struct cg_logon logon = {
		.uid = UID,
		.client = w->alice,
		.sealed = { sealed, sizeof(sealed) },
	};

	return cg_acquire_tgt_send(w->requests, w->ev, w->acquire, &logon);
}

static enum cg_status tgt(struct world *w, struct tevent_req *req,
			  struct cg_ticket **out)
{
	enum cg_status st;

	assert_true(tevent_req_poll(req, w->ev));
	st = cg_acquire_tgt_recv(req, w, out, &w->detail);
	talloc_free(req);
	return st;
}

static void a_service_ticket_comes_with_its_key(void **state)
{
	struct world *w = *state;
	struct cg_ticket *t;

	assert_int_equal(service(w, ask_service(w, 7), &t), CG_OK);
	assert_int_equal(t->kept.v, 0);
	assert_int_equal(t->enctype, 18);
	assert_int_equal(t->times.endtime, w->fake->endtime);
	assert_memory_equal(t->ticket.data, FAKE_TICKET, t->ticket.len);
	assert_int_equal(t->session_key.len, strlen(FAKE_SESSION_KEY));
	assert_memory_equal(t->session_key.data, FAKE_SESSION_KEY,
			    t->session_key.len);
	assert_int_equal(w->fake->n_forgotten, 0);
}

static void referrals_are_followed(void **state)
{
	struct world *w = *state;
	struct cg_ticket *t;

	w->fake->rounds = 5;
	assert_int_equal(service(w, ask_service(w, 7), &t), CG_OK);
	assert_int_equal(w->kdc->n_connections, 6);
	assert_int_equal(w->fake->n_calls[CG_OP_MAKE_TGS_REQ], 1);
	assert_int_equal(w->fake->n_calls[CG_OP_ABSORB_TGS_REP], 6);
}

static void an_exchange_without_end_is_ended_and_erased(void **state)
{
	struct world *w = *state;
	struct cg_ticket *t;

	w->fake->rounds = 1000;
	assert_int_equal(service(w, ask_service(w, 7), &t), CG_E_LIMIT);
	assert_int_equal(w->kdc->n_connections, CG_EXCHANGE_ROUNDS_MAX);
	turn_for_ms(w, 20);
	assert_int_equal(w->fake->n_forgotten, 1);
	assert_true(fake_vault_forgot(w->fake, 101));
}

static void without_a_kdc_the_exchange_is_erased(void **state)
{
	struct world *w = *state;
	struct cg_ticket *t;

	assert_int_equal(service(w, ask_service(w, 7), &t), CG_E_UNAVAILABLE);
	turn_for_ms(w, 20);
	assert_true(fake_vault_forgot(w->fake, 101));
	assert_int_equal(tgt(w, ask_tgt(w), &t), CG_E_UNAVAILABLE);
	turn_for_ms(w, 20);
	/* 102 is the password, which the vault erases with the exchange. */
	assert_true(fake_vault_forgot(w->fake, 103));
}

static void a_realm_that_is_none_is_not_looked_for(void **state)
{
	struct world *w = *state;
	struct cg_ticket *t;

	w->fake->realm = "-evil realm";
	assert_int_equal(service(w, ask_service(w, 7), &t), CG_E_INVALID);
	turn_for_ms(w, 20);
	assert_true(fake_vault_forgot(w->fake, 101));
}

static void the_kdcs_error_is_passed_on(void **state)
{
	struct world *w = *state;
	struct cg_ticket *t;

	w->fake->fails[CG_OP_ABSORB_TGS_REP] = CG_E_KRB5;
	w->fake->detail = 0x96c73a07;
	assert_int_equal(service(w, ask_service(w, 7), &t), CG_E_KRB5);
	assert_int_equal(w->detail, 0x96c73a07);
	w->fake->fails[CG_OP_MAKE_TGS_REQ] = CG_E_NOT_FOUND;
	assert_int_equal(service(w, ask_service(w, 8), &t), CG_E_NOT_FOUND);
	assert_int_equal(w->detail, 0);
}

static void a_ticket_that_must_stay_is_denied(void **state)
{
	struct world *w = *state;
	struct cg_ticket *t;

	w->fake->gives_no_ticket = true;
	assert_int_equal(service(w, ask_service(w, 7), &t), CG_E_DENIED);
}

static void the_same_question_is_one_exchange(void **state)
{
	struct world *w = *state;
	struct tevent_req *reqs[10];
	struct tevent_req *other_tgt;
	struct cg_ticket *t[10];
	struct cg_ticket *other;

	for (int i = 0; i < 10; i++) {
		reqs[i] = ask_service(w, 7);
	}
	other_tgt = ask_service(w, 8);
	talloc_free(reqs[3]);
	for (int i = 0; i < 10; i++) {
		if (i != 3) {
			assert_int_equal(service(w, reqs[i], &t[i]), CG_OK);
		}
	}
	assert_int_equal(service(w, other_tgt, &other), CG_OK);
	assert_int_equal(w->fake->n_calls[CG_OP_MAKE_TGS_REQ], 2);
	assert_ptr_not_equal(t[0], t[1]);
	assert_ptr_not_equal(t[0]->ticket.data, t[1]->ticket.data);
	talloc_free(t[0]);
	assert_memory_equal(t[1]->ticket.data, FAKE_TICKET, t[1]->ticket.len);
	/* Asked again later it is a new one. */
	assert_int_equal(service(w, ask_service(w, 7), &other), CG_OK);
	assert_int_equal(w->fake->n_calls[CG_OP_MAKE_TGS_REQ], 3);
}

static void an_exchange_comes_to_its_end_without_callers(void **state)
{
	struct world *w = *state;
	struct tevent_req *req = ask_service(w, 7);

	w->fake->rounds = 2;
	talloc_free(req);
	turn_for_ms(w, 200);
	assert_int_equal(w->fake->n_calls[CG_OP_ABSORB_TGS_REP], 3);
}

static void a_logon_gives_a_tgt_that_stays(void **state)
{
	struct world *w = *state;
	struct cg_ticket *t;

	w->fake->rounds = 1;
	assert_int_equal(tgt(w, ask_tgt(w), &t), CG_OK);
	assert_true(t->kept.v != 0);
	assert_int_equal(t->session_key.len, 0);
	assert_int_equal(t->ticket.len, 0);
	assert_int_equal(t->client.len, w->alice.len);
	assert_memory_equal(t->client.data, w->alice.data, w->alice.len);
	assert_int_equal(w->fake->n_forgotten, 0);
}

static void two_logons_are_never_one(void **state)
{
	struct world *w = *state;
	struct tevent_req *a = ask_tgt(w);
	struct tevent_req *b = ask_tgt(w);
	struct cg_ticket *t;

	assert_int_equal(tgt(w, a, &t), CG_OK);
	assert_int_equal(tgt(w, b, &t), CG_OK);
	assert_int_equal(w->fake->n_calls[CG_OP_IMPORT_PASSWORD], 2);
}

static void a_tgt_that_nobody_waits_for_is_erased(void **state)
{
	struct world *w = *state;
	struct tevent_req *req = ask_tgt(w);

	talloc_free(req);
	turn_for_ms(w, 200);
	assert_int_equal(w->fake->n_calls[CG_OP_ABSORB_AS_REP], 1);
	/* Password 101, exchange 102, TGT 103. */
	assert_true(fake_vault_forgot(w->fake, 103));
}

static void a_tgt_whose_caller_goes_at_the_last_moment_is_erased(void **state)
{
	struct world *w = *state;
	struct tevent_req *req = ask_tgt(w);

	assert_true(tevent_req_poll(req, w->ev));
	talloc_free(req);
	turn_for_ms(w, 50);
	assert_true(fake_vault_forgot(w->fake, 103));
}

static void a_password_that_is_not_used_is_erased(void **state)
{
	struct world *w = *state;
	struct cg_ticket *t;

	w->fake->fails[CG_OP_MAKE_AS_REQ] = CG_E_LIMIT;
	assert_int_equal(tgt(w, ask_tgt(w), &t), CG_E_LIMIT);
	turn_for_ms(w, 20);
	assert_true(fake_vault_forgot(w->fake, 101));
}

static void a_logon_without_an_answer_ends_in_time(void **state)
{
	struct world *w = *state;
	struct cg_ticket *t;

	assert_int_equal(tgt(w, ask_tgt(w), &t), CG_E_TIMEOUT);
	turn_for_ms(w, 20);
	assert_true(fake_vault_forgot(w->fake, 102));
}

static void a_renewed_tgt_keeps_its_handle(void **state)
{
	struct world *w = *state;
	const struct cg_handle handle = { 7 };
	struct tevent_req *req;
	struct cg_ticket *t;

	w->fake->gives_no_ticket = true;
	w->fake->endtime++;
	req = cg_acquire_renewed_send(w->requests, w->ev, w->acquire, UID,
				      handle);
	assert_true(tevent_req_poll(req, w->ev));
	assert_int_equal(cg_acquire_renewed_recv(req, w, &t, &w->detail),
			 CG_OK);
	assert_int_equal(t->kept.v, 7);
	assert_int_equal(t->times.endtime, w->fake->endtime);
	assert_int_equal(w->fake->n_forgotten, 0);
}

static void a_renewal_that_gives_a_service_ticket_fails(void **state)
{
	struct world *w = *state;
	const struct cg_handle handle = { 7 };
	struct tevent_req *req;
	struct cg_ticket *t;

	req = cg_acquire_renewed_send(w->requests, w->ev, w->acquire, UID,
				      handle);
	assert_true(tevent_req_poll(req, w->ev));
	assert_int_equal(cg_acquire_renewed_recv(req, w, &t, &w->detail),
			 CG_E_UNAVAILABLE);
	assert_null(t);
}

static struct cg_ticket *new_stored(struct world *w)
{
	struct cg_ticket *t = cg_ticket_new(w);
	static const uint8_t key[] = "0123456789abcdef";

	assert_int_equal(cg_ticket_set(t, &t->client, w->alice), CG_OK);
	assert_int_equal(cg_ticket_set(t, &t->server, w->cifs), CG_OK);
	assert_int_equal(cg_ticket_set(t, &t->ticket, w->cifs), CG_OK);
	assert_int_equal(cg_ticket_set_key(
		t, (struct cg_secret_bytes){ key, 16 }), CG_OK);
	t->enctype = 17;
	return t;
}

static enum cg_status store(struct world *w, struct cg_ticket *t)
{
	struct tevent_req *req;
	enum cg_status st;

	req = cg_acquire_stored_send(w->requests, w->ev, w->acquire, UID, t);
	assert_true(tevent_req_poll(req, w->ev));
	st = cg_acquire_stored_recv(req);
	talloc_free(req);
	return st;
}

static void a_stored_tgt_keeps_nothing_but_its_names(void **state)
{
	struct world *w = *state;
	struct cg_ticket *t = new_stored(w);

	w->fake->keeps_stored = true;
	assert_int_equal(store(w, t), CG_OK);
	assert_int_equal(t->kept.v, 101);
	assert_int_equal(t->session_key.len, 0);
	assert_null(t->session_key.data);
	assert_int_equal(t->ticket.len, 0);
	assert_null(t->ticket.data);
	assert_int_equal(t->enctype, 0);
	assert_int_equal(t->client.len, w->alice.len);
}

static void a_stored_service_ticket_is_left_alone(void **state)
{
	struct world *w = *state;
	struct cg_ticket *t = new_stored(w);

	assert_int_equal(store(w, t), CG_OK);
	assert_int_equal(t->kept.v, 0);
	assert_int_equal(t->session_key.len, 16);
	assert_int_equal(t->ticket.len, w->cifs.len);
	assert_int_equal(t->enctype, 17);
}

static void half_an_answer_about_a_stored_ticket_fails(void **state)
{
	struct world *w = *state;

	w->fake->keeps_stored = true;
	w->fake->kept_handle = 1;	/* kept, but handle 0 */
	assert_int_equal(store(w, new_stored(w)), CG_E_UNAVAILABLE);
	w->fake->keeps_stored = false;
	w->fake->kept_handle = 10;	/* not kept, but a handle */
	assert_int_equal(store(w, new_stored(w)), CG_E_UNAVAILABLE);
}

static void a_stored_tgt_whose_caller_went_away_is_erased(void **state)
{
	struct world *w = *state;
	struct cg_ticket *t = new_stored(w);
	struct tevent_req *req;

	w->fake->keeps_stored = true;
	req = cg_acquire_stored_send(w->requests, w->ev, w->acquire, UID, t);
	talloc_free(req);
	talloc_free(t);
	turn_for_ms(w, 50);
	assert_true(fake_vault_forgot(w->fake, 101));
}

static void a_copy_has_everything_of_its_own(void **state)
{
	struct world *w = *state;
	struct cg_ticket *t = new_stored(w);
	struct cg_ticket *copy;
	size_t size;

	t->is_skey = 1;
	t->flags = 5;
	t->times.renew_till = 9;
	assert_int_equal(cg_ticket_set(t, &t->second_ticket, w->cifs), CG_OK);
	assert_int_equal(cg_ticket_set(t, &t->addresses, w->cifs), CG_OK);
	assert_int_equal(cg_ticket_set(t, &t->authdata, w->alice), CG_OK);
	size = cg_ticket_size(t);
	copy = cg_ticket_copy(w, t);
	assert_true(size > 4 * w->cifs.len + 2 * w->alice.len + 16);
	talloc_free(t);
	assert_int_equal(cg_ticket_size(copy), size);
	assert_int_equal(copy->is_skey, 1);
	assert_int_equal(copy->flags, 5);
	assert_int_equal(copy->enctype, 17);
	assert_int_equal(copy->times.renew_till, 9);
	assert_memory_equal(copy->authdata.data, w->alice.data, w->alice.len);
	assert_memory_equal(copy->session_key.data, "0123456789abcdef", 16);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
#define TEST_IN(place, f) cmocka_unit_test_setup_teardown(f, place, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_service_ticket_comes_with_its_key),
		TEST(referrals_are_followed),
		TEST(an_exchange_without_end_is_ended_and_erased),
		TEST_IN(set_up_without_kdc,
			without_a_kdc_the_exchange_is_erased),
		TEST(a_realm_that_is_none_is_not_looked_for),
		TEST(the_kdcs_error_is_passed_on),
		TEST(a_ticket_that_must_stay_is_denied),
		TEST(the_same_question_is_one_exchange),
		TEST(an_exchange_comes_to_its_end_without_callers),
		TEST(a_logon_gives_a_tgt_that_stays),
		TEST(two_logons_are_never_one),
		TEST(a_tgt_that_nobody_waits_for_is_erased),
		TEST(a_tgt_whose_caller_goes_at_the_last_moment_is_erased),
		TEST(a_password_that_is_not_used_is_erased),
		TEST_IN(set_up_with_silent_kdc,
			a_logon_without_an_answer_ends_in_time),
		TEST(a_renewed_tgt_keeps_its_handle),
		TEST(a_renewal_that_gives_a_service_ticket_fails),
		TEST(a_stored_tgt_keeps_nothing_but_its_names),
		TEST(a_stored_service_ticket_is_left_alone),
		TEST(half_an_answer_about_a_stored_ticket_fails),
		TEST(a_stored_tgt_whose_caller_went_away_is_erased),
		TEST(a_copy_has_everything_of_its_own),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
