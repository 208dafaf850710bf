/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finding KDCs with programs that find, find nothing, hang or talk nonsense,
 * and the order in which KDCs are asked. */
#include "isolated-helper/broker/kdc_list.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

struct world {
	struct tevent_context *ev;
	char dir[64];
	char program[96];
	char log[96];
	struct cg_kdc_list *list;
	TALLOC_CTX *requests;		/* end before the list */
};

static const struct cg_realm realm_a = { "A.TEST" };
static const struct cg_realm realm_b = { "B.TEST" };

static int set_up(void **state)
{
	struct world *w = talloc_zero(NULL, struct world);

	w->ev = tevent_context_init(w);
	w->requests = talloc_new(w);
	strcpy(w->dir, "/tmp/test_kdc_list.XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	(void)snprintf(w->program, sizeof(w->program), "%s/locate", w->dir);
	(void)snprintf(w->log, sizeof(w->log), "%s/log", w->dir);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	(void)unlink(w->program);
	(void)unlink(w->log);
	(void)rmdir(w->dir);
	talloc_free(w->requests);
	talloc_free(w);
	while (waitpid(-1, NULL, 0) > 0) {
		/* Killed, but nobody was left to wait for it. */
	}
	return 0;
}

/* A shell script is the program; it notes each of its runs. */
static void open_list(struct world *w, const char *script)
{
	const struct cg_kdc_sources sources = { .locate_program = w->program };
	FILE *file = fopen(w->program, "w");

	assert_non_null(file);
	(void)fprintf(file, "#!/bin/sh\necho \"run $*\" >>%s\n%s\n", w->log,
		      script);
	assert_int_equal(fchmod(fileno(file), 0755), 0);
	assert_int_equal(fclose(file), 0);
	w->list = cg_kdc_list_open(w, w->ev, &sources);
}

static int count_runs(const struct world *w)
{
	FILE *file = fopen(w->log, "r");
	int n = 0;
	int c;

	if (file == NULL) {
		return 0;
	}
	while ((c = fgetc(file)) != EOF) {
		n += c == '\n';
	}
	(void)fclose(file);
	return n;
}

static struct tevent_req *ask(struct world *w, const struct cg_realm *realm)
{
	return cg_kdc_list_send(w->requests, w->ev, w->list, realm);
}

static enum cg_status answer_to(struct world *w, struct tevent_req *req,
				struct cg_kdcs *out)
{
	enum cg_status st;

	assert_true(tevent_req_poll(req, w->ev));
	st = cg_kdc_list_recv(req, out);
	talloc_free(req);
	return st;
}

static enum cg_status find(struct world *w, const struct cg_realm *realm,
			   struct cg_kdcs *out)
{
	return answer_to(w, ask(w, realm), out);
}

static void assert_kdc(const struct cg_kdc *kdc, const char *want)
{
	char text[CG_KDC_TEXT_LEN];

	cg_kdc_text(kdc, text);
	assert_string_equal(text, want);
}

static void addresses_come_in_the_order_they_are_found(void **state)
{
	struct world *w = *state;
	struct cg_kdcs kdcs;

	open_list(w, "echo 192.0.2.1 88; echo 2001:db8::1 1088");
	assert_int_equal(find(w, &realm_a, &kdcs), CG_OK);
	assert_int_equal(kdcs.n, 2);
	assert_kdc(&kdcs.kdc[0], "192.0.2.1 port 88");
	assert_kdc(&kdcs.kdc[1], "2001:db8::1 port 1088");
}

static void many_who_ask_at_once_start_one_program(void **state)
{
	struct world *w = *state;
	struct tevent_req *reqs[20];
	struct cg_kdcs kdcs;

	open_list(w, "sleep 0.2; echo 192.0.2.1 88");
	for (size_t i = 0; i < 20; i++) {
		reqs[i] = ask(w, &realm_a);
	}
	talloc_free(reqs[7]);
	for (size_t i = 0; i < 20; i++) {
		if (i != 7) {
			assert_int_equal(answer_to(w, reqs[i], &kdcs), CG_OK);
		}
	}
	assert_int_equal(count_runs(w), 1);
	assert_int_equal(find(w, &realm_a, &kdcs), CG_OK);
	assert_int_equal(count_runs(w), 1);
	assert_int_equal(find(w, &realm_b, &kdcs), CG_OK);
	assert_int_equal(count_runs(w), 2);
}

static void that_nothing_is_found_is_remembered_shortly(void **state)
{
	struct world *w = *state;
	struct cg_kdcs kdcs;

	open_list(w, ":");
	assert_int_equal(find(w, &realm_a, &kdcs), CG_E_UNAVAILABLE);
	assert_int_equal(find(w, &realm_a, &kdcs), CG_E_UNAVAILABLE);
	assert_int_equal(count_runs(w), 1);
	assert_int_equal(usleep(5500000), 0);
	assert_int_equal(find(w, &realm_a, &kdcs), CG_E_UNAVAILABLE);
	assert_int_equal(count_runs(w), 2);
}

static bool has_child(void)
{
	siginfo_t info;

	return waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

static void a_program_that_hangs_is_ended_and_what_it_said_counts(void **state)
{
	struct world *w = *state;
	struct cg_kdcs kdcs;
	time_t began = time(NULL);

	open_list(w, "echo 192.0.2.1 88; exec sleep 1000");
	assert_int_equal(find(w, &realm_a, &kdcs), CG_OK);
	assert_int_equal(kdcs.n, 1);
	assert_in_range(time(NULL) - began, 4, 7);
	/* Neither running nor a zombie, once the event loop had its turn. */
	for (int i = 0; i < 50 && has_child(); i++) {
		struct tevent_req *sleep = tevent_wakeup_send(
			w, w->ev, tevent_timeval_current_ofs(0, 20000));

		assert_true(tevent_req_poll(sleep, w->ev));
	}
	assert_false(has_child());
}

static void nonsense_between_the_lines_is_passed_over(void **state)
{
	struct world *w = *state;
	struct cg_kdcs kdcs;

	open_list(w, "echo nonsense; echo; echo 192.0.2.1; echo 192.0.2.1 x;"
		     "echo 192.0.2.1 99999999; echo name.example 88;"
		     "printf 'a\\0b\\n' | cat; echo 192.0.2.2 88");
	/* What follows a NUL is not seen; nothing before it is good. */
	assert_int_equal(find(w, &realm_a, &kdcs), CG_E_UNAVAILABLE);
}

static void duplicates_and_more_than_16_are_dropped(void **state)
{
	struct world *w = *state;
	struct cg_kdcs kdcs;

	open_list(w, "for i in $(seq 1 40); do echo 192.0.2.$i 88;"
		     " echo 192.0.2.$i 88; done");
	assert_int_equal(find(w, &realm_a, &kdcs), CG_OK);
	assert_int_equal(kdcs.n, CG_KDC_COUNT_MAX);
	assert_kdc(&kdcs.kdc[15], "192.0.2.16 port 88");
}

static void output_without_end_does_no_harm(void **state)
{
	struct world *w = *state;
	struct cg_kdcs kdcs;

	open_list(w, "echo 192.0.2.1 88; exec cat /dev/zero");
	assert_int_equal(find(w, &realm_a, &kdcs), CG_OK);
	assert_int_equal(kdcs.n, 1);
}

static void a_program_that_is_not_there_finds_nothing(void **state)
{
	const struct cg_kdc_sources sources = {
		.locate_program = "/nonexistent/locate"
	};
	struct world *w = *state;
	struct cg_kdcs kdcs;

	w->list = cg_kdc_list_open(w, w->ev, &sources);
	assert_int_equal(find(w, &realm_a, &kdcs), CG_E_UNAVAILABLE);
}

static void programs_get_no_descriptor_of_ours(void **state)
{
	struct world *w = *state;
	struct cg_kdcs kdcs;
	char text[256] = "";
	FILE *file;
	int fd = open("/dev/null", O_RDONLY);	/* not O_CLOEXEC */

	open_list(w, "ls /proc/self/fd >>$0.fds; :");
	assert_int_equal(find(w, &realm_a, &kdcs), CG_E_UNAVAILABLE);
	(void)strcat(strcpy(text, w->program), ".fds");
	file = fopen(text, "r");
	assert_non_null(file);
	(void)unlink(text);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	/* 3 is ls's own, of the folder. */
	assert_string_equal(text, "0\n1\n2\n3\n");
	(void)fclose(file);
	(void)close(fd);
}

static void fixed_kdcs_are_handed_to_the_program(void **state)
{
	static const struct cg_fixed_kdcs fixed = {
		{ "A.TEST" }, { "dc1.a.test", "192.0.2.9:1088", NULL }
	};
	struct world *w = *state;
	struct cg_kdc_sources sources = {
		.locate_program = w->program, .fixed = &fixed, .n_fixed = 1,
	};
	struct cg_kdcs kdcs;

	open_list(w, "[ \"$*\" = 'A.TEST dc1.a.test 192.0.2.9:1088' ]"
		     " && echo 192.0.2.9 1088");
	w->list = cg_kdc_list_open(w, w->ev, &sources);
	assert_int_equal(find(w, &realm_a, &kdcs), CG_OK);
	assert_int_equal(find(w, &realm_b, &kdcs), CG_E_UNAVAILABLE);
}

static void realms_without_end_push_out_those_that_do_not_exist(void **state)
{
	struct world *w = *state;
	struct cg_kdcs kdcs;

	open_list(w, "[ $1 = A.TEST ] && echo 192.0.2.1 88");
	assert_int_equal(find(w, &realm_a, &kdcs), CG_OK);
	for (int i = 0; i < 300; i++) {
		struct cg_realm realm;

		(void)snprintf(realm.text, sizeof(realm.text), "R%d", i);
		assert_int_equal(find(w, &realm, &kdcs), CG_E_UNAVAILABLE);
	}
	assert_int_equal(count_runs(w), 301);
	assert_int_equal(find(w, &realm_a, &kdcs), CG_OK);
	assert_int_equal(count_runs(w), 301);
}

static void too_many_searches_at_once_are_refused(void **state)
{
	struct world *w = *state;
	struct tevent_req *first = NULL;
	struct cg_kdcs kdcs;

	open_list(w, "sleep 0.5; echo 192.0.2.1 88");
	for (int i = 0; i < 64; i++) {
		struct cg_realm realm;
		struct tevent_req *req;

		(void)snprintf(realm.text, sizeof(realm.text), "R%d", i);
		req = ask(w, &realm);
		first = first != NULL ? first : req;
	}
	assert_int_equal(find(w, &realm_a, &kdcs), CG_E_LIMIT);
	assert_int_equal(answer_to(w, first, &kdcs), CG_OK);
}

static struct cg_kdc_order order_of_3(void)
{
	struct cg_kdc_order order = { .n = 0 };
	char lines[] = "192.0.2.1 88\n192.0.2.2 88\n192.0.2.3 88\n";

	assert_int_equal(cg_kdc_order_replace(&order, lines), CG_OK);
	return order;
}

static void assert_order(const struct cg_kdc_order *order, uint64_t now_s,
			 const char *digits)
{
	struct cg_kdcs kdcs;
	char text[CG_KDC_TEXT_LEN];

	assert_int_equal(cg_kdc_order_best(order, now_s, &kdcs), CG_OK);
	assert_int_equal(kdcs.n, strlen(digits));
	for (size_t i = 0; i < kdcs.n; i++) {
		cg_kdc_text(&kdcs.kdc[i], text);
		assert_int_equal(text[strlen("192.0.2.")], digits[i]);
	}
}

static void who_answered_last_is_first(void **state)
{
	struct cg_kdc_order order = order_of_3();

	(void)state;
	assert_order(&order, 100, "123");
	cg_kdc_order_answered(&order, &order.known[2].kdc);
	assert_order(&order, 100, "312");
	cg_kdc_order_answered(&order, &order.known[1].kdc);
	assert_order(&order, 100, "213");
}

static void who_failed_is_last_for_30_seconds(void **state)
{
	struct cg_kdc_order order = order_of_3();

	(void)state;
	cg_kdc_order_answered(&order, &order.known[0].kdc);
	cg_kdc_order_failed(&order, &order.known[0].kdc, 100);
	assert_order(&order, 129, "231");
	assert_order(&order, 130, "123");
	cg_kdc_order_failed(&order, &order.known[0].kdc, 100);
	cg_kdc_order_answered(&order, &order.known[0].kdc);
	assert_order(&order, 101, "123");
}

static void what_is_known_survives_a_new_search(void **state)
{
	struct cg_kdc_order order = order_of_3();
	char lines[] = "192.0.2.3 88\n192.0.2.1 88\n192.0.2.4 88\n";
	char none[] = "nothing\n";

	(void)state;
	cg_kdc_order_failed(&order, &order.known[2].kdc, 100);
	assert_int_equal(cg_kdc_order_replace(&order, lines), CG_OK);
	assert_order(&order, 110, "143");
	assert_int_equal(cg_kdc_order_replace(&order, none), CG_E_NOT_FOUND);
	assert_order(&order, 110, "143");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(addresses_come_in_the_order_they_are_found),
		TEST(many_who_ask_at_once_start_one_program),
		TEST(that_nothing_is_found_is_remembered_shortly),
		TEST(a_program_that_hangs_is_ended_and_what_it_said_counts),
		TEST(nonsense_between_the_lines_is_passed_over),
		TEST(duplicates_and_more_than_16_are_dropped),
		TEST(output_without_end_does_no_harm),
		TEST(a_program_that_is_not_there_finds_nothing),
		TEST(programs_get_no_descriptor_of_ours),
		TEST(fixed_kdcs_are_handed_to_the_program),
		TEST(realms_without_end_push_out_those_that_do_not_exist),
		TEST(too_many_searches_at_once_are_refused),
		cmocka_unit_test(who_answered_last_is_first),
		cmocka_unit_test(who_failed_is_last_for_30_seconds),
		cmocka_unit_test(what_is_known_survives_a_new_search),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
