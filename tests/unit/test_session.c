/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Logon sessions: who has one, and what ends it. */
#include "isolated-helper/broker/session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>
#include <cmocka.h>

#include "idl/limits.h"

#define ALICE 1000
#define BOB 1001
#define PER_UID 6000U
#define MANY 5000U

struct world {
	struct tevent_context *ev;
	struct cg_sessions *all;
	uint32_t n_last;
	uid_t last;
};

static void note_last(uid_t uid, void *arg)
{
	struct world *w = arg;

	w->n_last++;
	w->last = uid;
}

static int set_up(void **state)
{
	struct world *w = talloc_zero(NULL, struct world);
	const struct cg_sessions_setup setup = {
		.ev = w->ev = tevent_context_init(w),
		.per_uid = PER_UID,
		.on_last = note_last,
		.arg = w,
	};

	w->all = cg_sessions_open(w, &setup);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	talloc_free(*state);
	return 0;
}

static int pidfd_of(pid_t pid)
{
	int fd = (int)syscall(SYS_pidfd_open, pid, 0);

	assert_true(fd >= 0);
	return fd;
}

static uint64_t open_for(struct world *w, uid_t uid, pid_t leader)
{
	const struct cg_session_new by = {
		.uid = uid, .leader = leader, .leader_fd = pidfd_of(leader),
		.service = { (const uint8_t *)"sshd", 4 },
	};
	uint64_t id;

	assert_int_equal(cg_session_open(w->all, &by, &id), CG_OK);
	assert_int_not_equal(id, 0);
	return id;
}

static void the_last_session_of_a_uid_is_told(void **state)
{
	struct world *w = *state;
	uint64_t one = open_for(w, ALICE, getpid());
	uint64_t two = open_for(w, ALICE, getpid());
	uint64_t bob = open_for(w, BOB, getpid());

	assert_int_equal(cg_session_count(w->all, ALICE), 2);
	cg_session_close(w->all, one);
	assert_int_equal(w->n_last, 0);
	assert_null(cg_session_find(w->all, one));
	cg_session_close(w->all, one);
	assert_int_equal(cg_session_count(w->all, ALICE), 1);
	cg_session_close(w->all, two);
	assert_int_equal(w->n_last, 1);
	assert_int_equal(w->last, ALICE);
	assert_int_equal(cg_session_find(w->all, bob)->uid, BOB);
}

static void sessions_are_listed_in_order(void **state)
{
	struct world *w = *state;
	uint64_t one = open_for(w, ALICE, getpid());
	uint64_t bob = open_for(w, BOB, getpid());
	const struct cg_session *s = cg_session_next(w->all, CG_UID_ALL, 0);

	assert_int_equal(s->id, one);
	assert_string_equal(s->service, "sshd");
	assert_int_equal(s->leader, getpid());
	assert_int_equal(cg_session_next(w->all, CG_UID_ALL, one)->id, bob);
	assert_int_equal(cg_session_next(w->all, BOB, 0)->id, bob);
	assert_null(cg_session_next(w->all, CG_UID_ALL, bob));
	assert_null(cg_session_next(w->all, ALICE, one));
}

static pid_t start_leader(int *end_it)
{
	int pipe_ends[2];
	pid_t pid;

	assert_int_equal(pipe(pipe_ends), 0);
	pid = fork();
	assert_true(pid >= 0);
	if (pid == 0) {
		char byte;

		(void)close(pipe_ends[1]);
		_exit(read(pipe_ends[0], &byte, 1) == 0 ? 0 : 1);
	}
	(void)close(pipe_ends[0]);
	*end_it = pipe_ends[1];
	return pid;
}

static void a_session_ends_with_its_leader(void **state)
{
	struct world *w = *state;
	int end_it;
	pid_t pid = start_leader(&end_it);
	uint64_t id = open_for(w, ALICE, pid);
	int status;

	assert_non_null(cg_session_find(w->all, id));
	(void)close(end_it);
	/* It is a zombie now, which counts as ended. */
	while (w->n_last == 0) {
		assert_int_equal(tevent_loop_once(w->ev), 0);
	}
	assert_null(cg_session_find(w->all, id));
	assert_int_equal(waitpid(pid, &status, 0), pid);
}

static void more_than_the_quota_is_refused(void **state)
{
	struct world *w = *state;
	struct cg_session_new by = { .uid = BOB };
	uint64_t id;

	for (uint32_t i = 0; i < PER_UID; i++) {
		(void)open_for(w, ALICE, getpid());
	}
	by.uid = ALICE;
	by.leader_fd = pidfd_of(getpid());
	assert_int_equal(cg_session_open(w->all, &by, &id), CG_E_LIMIT);
	assert_int_equal(id, 0);
	/* It was taken over all the same. */
	assert_int_equal(close(by.leader_fd), -1);
	(void)open_for(w, BOB, getpid());
}

static void five_thousand_users_are_held(void **state)
{
	struct world *w = *state;
	size_t before = talloc_total_size(w->all);

	for (uint32_t i = 0; i < MANY; i++) {
		(void)open_for(w, ALICE + i, getpid());
	}
	print_message("# %zu bytes a session\n",
		      (talloc_total_size(w->all) - before) / MANY);
	assert_true((talloc_total_size(w->all) - before) / MANY < 1024);
	for (uint32_t i = 0; i < MANY; i++) {
		cg_session_close(w->all, cg_session_next(w->all, CG_UID_ALL,
							 0)->id);
	}
	assert_int_equal(w->n_last, MANY);
	assert_int_equal(talloc_total_size(w->all), before);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_last_session_of_a_uid_is_told),
		TEST(sessions_are_listed_in_order),
		TEST(a_session_ends_with_its_leader),
		TEST(more_than_the_quota_is_refused),
		TEST(five_thousand_users_are_held),
	};
	const struct rlimit files = { 16384, 16384 };

	if (setrlimit(RLIMIT_NOFILE, &files) != 0) {
		return 1;
	}
	return cmocka_run_group_tests(tests, NULL, NULL);
}
