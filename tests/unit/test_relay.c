/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The relay against KDCs that are silent, dead, hasty, slow or lying, and
 * against users who ask for too much. */
#include "isolated-helper/broker/relay.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/time.h>
#include <time.h>
#include <cmocka.h>

#include "isolated-helper/broker/host.h"
#include "isolated-helper/broker/kdc_list.h"
#include "tests/unit/tcp_kdc.h"

#define N_REALMS 3

struct world {
	struct tevent_context *ev;
	struct cg_fixed_kdcs fixed[N_REALMS];	/* A, B and C */
	size_t n_hosts[N_REALMS];
	struct cg_kdc_list *list;
	struct cg_relay *relay;
	TALLOC_CTX *requests;		/* end before the relay */
	double began;
};

static double now(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static struct cg_bytes text(const char *s)
{
	return (struct cg_bytes){ (const uint8_t *)s, strlen(s) };
}

static int set_up(void **state)
{
	struct world *w = talloc_zero(NULL, struct world);

	w->ev = tevent_context_init(w);
	w->requests = talloc_new(w);
	for (size_t i = 0; i < N_REALMS; i++) {
		w->fixed[i].realm.text[0] = (char)('A' + i);
	}
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	talloc_free(w->requests);
	talloc_free(w);
	return 0;
}

static void add_host(struct world *w, size_t realm, uint16_t port)
{
	w->fixed[realm].hosts[w->n_hosts[realm]++] =
		talloc_asprintf(w, "127.0.0.1:%u", port);
}

static struct tcp_kdc *add_kdc(struct world *w, size_t realm,
				enum tcp_kdc_kind kind)
{
	struct tcp_kdc *kdc = tcp_kdc_open(w, w->ev, kind);

	add_host(w, realm, kdc->port);
	return kdc;
}

static void open_relay(struct world *w, uint32_t timeout_s)
{
	const struct cg_kdc_sources sources = {
		.locate_program = cg_host_program(
			w, "../../credguard-locate"),
		.fixed = w->fixed,
		.n_fixed = N_REALMS,
	};
	const struct cg_relay_times times = { timeout_s, 3 };

	w->list = cg_kdc_list_open(w, w->ev, &sources);
	w->relay = cg_relay_open(w, w->ev, w->list, &times);
	w->began = now();
}

static struct tevent_req *ask(struct world *w, uid_t uid, const char *realm,
			      const char *message)
{
	const struct cg_relay_what what = { uid, text(realm), text(message),
					    false };

	return cg_relay_send(w->requests, w->ev, w->relay, &what);
}

static enum cg_status answer_to(struct world *w, struct tevent_req *req,
				struct cg_bytes *out)
{
	enum cg_status st;

	assert_true(tevent_req_poll(req, w->ev));
	st = cg_relay_recv(req, w, out);
	talloc_free(req);
	return st;
}

static void assert_answered(struct world *w, const char *message)
{
	struct cg_bytes reply;

	assert_int_equal(answer_to(w, ask(w, 1000, "A", message), &reply),
			 CG_OK);
	assert_int_equal(reply.len, strlen(message));
	assert_memory_equal(reply.data, message, reply.len);
}

static void assert_took(const struct world *w, double at_least,
			double less_than)
{
	double took = now() - w->began;

	if (took < at_least || took >= less_than) {
		fail_msg("took %.2f s, not %.1f to %.1f", took, at_least,
			 less_than);
	}
}

static void turn_for_ms(struct world *w, long ms)
{
	double end = now() + (double)ms / 1000;

	while (now() < end) {
		struct tevent_req *sleep = tevent_wakeup_send(
			w, w->ev, tevent_timeval_current_ofs(0, 5000));

		assert_true(tevent_req_poll(sleep, w->ev));
		talloc_free(sleep);
	}
}

static void an_answer_comes_back_whole(void **state)
{
	struct world *w = *state;
	struct cg_bytes reply;
	struct cg_relay_what what = { 1000, text("A"), { NULL, 0 }, false };
	uint8_t *large = talloc_zero_array(w, uint8_t, CG_KDC_MSG_MAX);

	for (size_t i = 0; i < CG_KDC_MSG_MAX; i++) {
		large[i] = (uint8_t)(i * 7);
	}
	add_kdc(w, 0, KDC_GOOD);
	open_relay(w, 10);
	assert_answered(w, "x");
	what.request = (struct cg_bytes){ large, CG_KDC_MSG_MAX };
	assert_int_equal(answer_to(w, cg_relay_send(w, w->ev, w->relay, &what),
				   &reply), CG_OK);
	assert_int_equal(reply.len, CG_KDC_MSG_MAX);
	assert_memory_equal(reply.data, large, CG_KDC_MSG_MAX);
}

static void a_request_that_is_too_large_is_not_sent(void **state)
{
	struct world *w = *state;
	uint8_t *large = talloc_zero_array(w, uint8_t, CG_KDC_MSG_MAX + 1);
	const struct cg_relay_what what = {
		1000, text("A"), { large, CG_KDC_MSG_MAX + 1 }, false
	};
	struct tcp_kdc *kdc = add_kdc(w, 0, KDC_GOOD);
	struct cg_bytes reply;

	open_relay(w, 10);
	assert_int_not_equal(
		answer_to(w, cg_relay_send(w, w->ev, w->relay, &what),
			  &reply), CG_OK);
	assert_int_equal(kdc->n_connections, 0);
}

static void assert_next_answers_after(void **state, enum tcp_kdc_kind first,
				      double at_least, double less_than)
{
	struct world *w = *state;
	struct tcp_kdc *bad = add_kdc(w, 0, first);
	struct tcp_kdc *good = add_kdc(w, 0, KDC_GOOD);

	open_relay(w, 10);
	assert_answered(w, "hello");
	assert_took(w, at_least, less_than);
	assert_int_equal(good->n_connections, 1);
	/* From now on the good one is asked first. */
	w->began = now();
	assert_answered(w, "again");
	assert_took(w, 0, 0.5);
	assert_int_equal(good->n_connections, 2);
	assert_true(bad->n_connections <= 1);
}

static void the_next_answers_when_one_refuses(void **state)
{
	struct world *w = *state;

	add_host(w, 0, tcp_kdc_refusing_port());
	add_kdc(w, 0, KDC_GOOD);
	open_relay(w, 10);
	assert_answered(w, "hello");
	assert_took(w, 0, 0.5);
}

static void the_next_answers_when_one_is_deaf(void **state)
{
	assert_next_answers_after(state, KDC_DEAF, 0.9, 1.6);
}

static void the_next_answers_when_one_connects_and_is_silent(void **state)
{
	assert_next_answers_after(state, KDC_SILENT, 2.9, 3.6);
}

static void the_next_answers_when_one_closes_at_once(void **state)
{
	assert_next_answers_after(state, KDC_CLOSES_AT_ONCE, 0, 0.5);
}

static void the_next_answers_when_one_closes_early(void **state)
{
	assert_next_answers_after(state, KDC_CLOSES_EARLY, 0, 0.5);
}

static void the_next_answers_when_a_length_is_0(void **state)
{
	assert_next_answers_after(state, KDC_LENGTH_0, 0, 0.5);
}

static void the_next_answers_when_a_length_is_4_gib(void **state)
{
	assert_next_answers_after(state, KDC_LENGTH_4G, 0, 0.5);
}

static void the_next_answers_when_a_length_is_one_too_large(void **state)
{
	assert_next_answers_after(state, KDC_LENGTH_TOO_LARGE, 0, 0.5);
}

static void an_answer_that_comes_byte_by_byte_is_taken(void **state)
{
	struct world *w = *state;

	add_kdc(w, 0, KDC_SLOW);
	open_relay(w, 10);
	assert_answered(w, "slowly");
	assert_took(w, 0.05, 1);
}

static void an_answer_that_is_too_slow_ends_with_the_time_limit(void **state)
{
	struct world *w = *state;
	char message[400];
	struct cg_bytes reply;

	memset(message, 'x', sizeof(message));
	message[sizeof(message) - 1] = '\0';
	add_kdc(w, 0, KDC_SLOW);
	open_relay(w, 1);
	assert_int_equal(answer_to(w, ask(w, 1000, "A", message), &reply),
			 CG_E_TIMEOUT);
	assert_took(w, 0.9, 1.6);
}

static void all_silent_ends_with_the_time_limit(void **state)
{
	struct world *w = *state;
	struct tcp_kdc *kdc = add_kdc(w, 0, KDC_SILENT);
	struct cg_bytes reply;

	add_kdc(w, 0, KDC_DEAF);
	open_relay(w, 2);
	assert_int_equal(answer_to(w, ask(w, 1000, "A", "x"), &reply),
			 CG_E_TIMEOUT);
	assert_took(w, 1.9, 2.6);
	turn_for_ms(w, 50);
	assert_int_equal(kdc->n_open, 0);
}

static void all_refusing_is_told_at_once(void **state)
{
	struct world *w = *state;
	struct cg_bytes reply;

	add_host(w, 0, tcp_kdc_refusing_port());
	add_host(w, 0, tcp_kdc_refusing_port());
	open_relay(w, 10);
	assert_int_equal(answer_to(w, ask(w, 1000, "A", "x"), &reply),
			 CG_E_UNAVAILABLE);
	assert_took(w, 0, 0.5);
}

static void names_that_are_no_realms_are_refused(void **state)
{
	static const char *const names[] = {
		"", "-A", "A B", "A/B", "A;B", "A\nB", "\xc3\xa4",
	};
	struct world *w = *state;
	struct cg_bytes reply;

	open_relay(w, 10);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_int_equal(answer_to(w, ask(w, 1000, names[i], "x"),
					   &reply), CG_E_INVALID);
	}
}

static void who_gives_up_closes_the_connection(void **state)
{
	struct world *w = *state;
	struct tcp_kdc *kdc = add_kdc(w, 0, KDC_SILENT);
	struct tevent_req *req;

	open_relay(w, 10);
	req = ask(w, 1000, "A", "x");
	turn_for_ms(w, 200);
	assert_int_equal(kdc->n_open, 1);
	talloc_free(req);
	turn_for_ms(w, 50);
	assert_int_equal(kdc->n_open, 0);
}

static void a_uid_that_asks_too_much_waits_and_is_refused(void **state)
{
	struct world *w = *state;
	struct tcp_kdc *kdc = add_kdc(w, 0, KDC_SILENT);
	struct tevent_req *first = NULL;
	struct cg_bytes reply;

	add_kdc(w, 1, KDC_GOOD);
	open_relay(w, 10);
	for (size_t i = 0; i < CG_RELAY_PER_UID; i++) {
		first = ask(w, 1000, "A", "x");
	}
	for (size_t i = 0; i < CG_RELAY_QUEUE_PER_UID; i++) {
		struct tevent_req *queued = ask(w, 1000, "A", "x");

		assert_true(tevent_req_is_in_progress(queued));
	}
	assert_int_equal(answer_to(w, ask(w, 1000, "A", "x"), &reply),
			 CG_E_LIMIT);
	turn_for_ms(w, 200);
	assert_int_equal(kdc->n_open, CG_RELAY_PER_UID);
	/* Another uid is served as if nothing were. */
	w->began = now();
	assert_int_equal(answer_to(w, ask(w, 1001, "B", "x"), &reply), CG_OK);
	assert_took(w, 0, 0.5);
	/* One ends, one of the queue starts. */
	talloc_free(first);
	turn_for_ms(w, 100);
	assert_int_equal(kdc->n_connections, CG_RELAY_PER_UID + 1);
	assert_int_equal(kdc->n_open, CG_RELAY_PER_UID);
}

static void a_dead_realm_takes_its_own_places_only(void **state)
{
	struct world *w = *state;
	struct tcp_kdc *kdc = add_kdc(w, 0, KDC_SILENT);
	struct cg_bytes reply;

	add_kdc(w, 1, KDC_GOOD);
	open_relay(w, 10);
	for (uid_t uid = 2000; uid < 2000 + CG_RELAY_PER_REALM + 10; uid++) {
		assert_non_null(ask(w, uid, "A", "x"));
	}
	turn_for_ms(w, 300);
	assert_int_equal(kdc->n_open, CG_RELAY_PER_REALM);
	w->began = now();
	for (uid_t uid = 2000; uid < 2010; uid++) {
		assert_int_equal(answer_to(w, ask(w, uid, "B", "x"), &reply),
				 CG_OK);
	}
	assert_took(w, 0, 0.5);
}

static void a_full_queue_refuses(void **state)
{
	struct world *w = *state;
	const uid_t n_uids = CG_RELAY_QUEUE / CG_RELAY_QUEUE_PER_UID;
	struct cg_bytes reply;

	add_kdc(w, 0, KDC_SILENT);
	open_relay(w, 10);
	for (uid_t uid = 0; uid < n_uids; uid++) {
		for (size_t i = 0;
		     i < CG_RELAY_PER_UID + CG_RELAY_QUEUE_PER_UID; i++) {
			assert_true(tevent_req_is_in_progress(
				ask(w, uid, "A", "x")));
		}
	}
	assert_int_equal(answer_to(w, ask(w, 5000, "A", "x"), &reply),
			 CG_E_LIMIT);
}

static void what_waits_in_the_queue_times_out_as_well(void **state)
{
	struct world *w = *state;
	struct tevent_req *last = NULL;
	struct cg_bytes reply;

	add_kdc(w, 0, KDC_SILENT);
	open_relay(w, 1);
	for (size_t i = 0; i < CG_RELAY_PER_UID + 1; i++) {
		last = ask(w, 1000, "A", "x");
	}
	assert_int_equal(answer_to(w, last, &reply), CG_E_TIMEOUT);
	assert_took(w, 0.9, 1.6);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(an_answer_comes_back_whole),
		TEST(a_request_that_is_too_large_is_not_sent),
		TEST(the_next_answers_when_one_refuses),
		TEST(the_next_answers_when_one_is_deaf),
		TEST(the_next_answers_when_one_connects_and_is_silent),
		TEST(the_next_answers_when_one_closes_at_once),
		TEST(the_next_answers_when_one_closes_early),
		TEST(the_next_answers_when_a_length_is_0),
		TEST(the_next_answers_when_a_length_is_4_gib),
		TEST(the_next_answers_when_a_length_is_one_too_large),
		TEST(an_answer_that_comes_byte_by_byte_is_taken),
		TEST(an_answer_that_is_too_slow_ends_with_the_time_limit),
		TEST(all_silent_ends_with_the_time_limit),
		TEST(all_refusing_is_told_at_once),
		TEST(names_that_are_no_realms_are_refused),
		TEST(who_gives_up_closes_the_connection),
		TEST(a_uid_that_asks_too_much_waits_and_is_refused),
		TEST(a_dead_realm_takes_its_own_places_only),
		TEST(a_full_queue_refuses),
		TEST(what_waits_in_the_queue_times_out_as_well),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
