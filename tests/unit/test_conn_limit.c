/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Places for connections: nobody's flood takes those of others. */
#include "isolated-helper/broker/conn_limit.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <tevent.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "isolated-helper/broker/listen.h"

static struct cg_conn_limit *limit_of(uint32_t per_uid, uint32_t total)
{
	const struct cg_conn_quota quota = { per_uid, total };

	return cg_conn_limit_open(NULL, &quota);
}

static enum cg_status open_conn(struct cg_conn_limit *limit, uid_t uid,
				struct cg_conn **out)
{
	struct cg_peer peer = { .uid = uid, .pidfd = CG_PEER_NO_PIDFD };

	return cg_conn_open(limit, open("/dev/null", O_RDONLY | O_CLOEXEC),
			    &peer, out);
}

static struct cg_conn *must_open(struct cg_conn_limit *limit, uid_t uid)
{
	struct cg_conn *conn;

	assert_int_equal(open_conn(limit, uid, &conn), CG_OK);
	assert_non_null(conn);
	return conn;
}

static bool is_open(int fd)
{
	return fcntl(fd, F_GETFD) >= 0 || errno != EBADF;
}

static void a_connection_that_is_freed_is_closed_and_uncounted(void **state)
{
	struct cg_conn_limit *limit = limit_of(10, 100);
	struct cg_conn *conn = must_open(limit, 1);
	int fd = conn->fd;

	(void)state;
	assert_int_equal(cg_conn_limit_count(limit, 1), 1);
	assert_true(is_open(fd));
	talloc_free(conn);
	assert_false(is_open(fd));
	assert_int_equal(cg_conn_limit_count(limit, 1), 0);
	talloc_free(limit);
}

static void a_uid_loses_its_own_oldest_idle_one(void **state)
{
	struct cg_conn_limit *limit = limit_of(3, 100);
	struct cg_conn *busy = must_open(limit, 1);
	struct cg_conn *idle = must_open(limit, 1);
	int busy_fd = busy->fd;
	int idle_fd;

	(void)state;
	must_open(limit, 1);
	must_open(limit, 2);
	cg_conn_busy(busy);
	/* A closed number is given out at once: make it tell. */
	idle_fd = dup2(idle->fd, 700);
	(void)close(idle->fd);
	idle->fd = idle_fd;
	must_open(limit, 1);
	assert_true(is_open(busy_fd));
	assert_false(is_open(idle_fd));
	assert_int_equal(cg_conn_limit_count(limit, 1), 3);
	assert_int_equal(cg_conn_limit_count(limit, 2), 1);
	talloc_free(limit);
}

static void a_uid_whose_connections_all_work_gets_no_more(void **state)
{
	struct cg_conn_limit *limit = limit_of(2, 100);
	struct cg_conn *conn;

	(void)state;
	cg_conn_busy(must_open(limit, 1));
	cg_conn_busy(must_open(limit, 1));
	assert_int_equal(open_conn(limit, 1, &conn), CG_E_LIMIT);
	assert_null(conn);
	must_open(limit, 2);
	talloc_free(limit);
}

static void a_flood_of_one_uid_leaves_the_others_alone(void **state)
{
	struct cg_conn_limit *limit = limit_of(1000, 64);
	struct cg_conn *bobs = must_open(limit, 2);

	(void)state;
	for (int i = 0; i < 1000; i++) {
		must_open(limit, 1);
	}
	assert_int_equal(cg_conn_limit_count(limit, 2), 1);
	assert_true(is_open(bobs->fd));
	assert_in_range(cg_conn_limit_count(limit, 1), 50, 63);
	/* And others still come in. */
	for (uid_t uid = 3; uid < 13; uid++) {
		must_open(limit, uid);
	}
	for (uid_t uid = 2; uid < 13; uid++) {
		assert_int_equal(cg_conn_limit_count(limit, uid), 1);
	}
	talloc_free(limit);
}

static void the_headroom_serves_others_while_the_flood_works(void **state)
{
	struct cg_conn_limit *limit = limit_of(1000, 64);
	struct cg_conn *conn;
	int n = 0;

	(void)state;
	while (open_conn(limit, 1, &conn) == CG_OK) {
		cg_conn_busy(conn);
		n++;
	}
	assert_int_equal(n, 64);
	assert_int_equal(open_conn(limit, 2, &conn), CG_E_LIMIT);
	assert_int_equal(cg_conn_limit_shed(limit), CG_E_LIMIT);
	talloc_free(limit);
}

static void idle_again_counts_from_then(void **state)
{
	struct cg_conn_limit *limit = limit_of(2, 100);
	struct cg_conn *first = must_open(limit, 1);
	struct cg_conn *second = must_open(limit, 1);
	int fd;

	(void)state;
	cg_conn_busy(first);
	cg_conn_idle(first);
	fd = dup2(second->fd, 701);
	(void)close(second->fd);
	second->fd = fd;
	must_open(limit, 1);
	assert_false(is_open(fd));
	assert_true(is_open(first->fd));
	talloc_free(limit);
}

struct child {
	int fd;
	bool *fd_was_open;
};

static int child_goes(struct child *child)
{
	*child->fd_was_open = is_open(child->fd);
	return 0;
}

static void what_hangs_below_goes_before_the_descriptor(void **state)
{
	struct cg_conn_limit *limit = limit_of(2, 100);
	struct cg_conn *conn = must_open(limit, 1);
	struct child *child = talloc_zero(conn, struct child);
	bool was_open = false;

	(void)state;
	*child = (struct child){ conn->fd, &was_open };
	talloc_set_destructor(child, child_goes);
	talloc_free(limit);
	assert_true(was_open);
}

static void ends_by_itself(struct tevent_context *ev,
			   struct tevent_immediate *im, void *private_data)
{
	(void)ev;
	(void)im;
	talloc_free(private_data);
}

static void a_connection_may_end_in_its_own_event(void **state)
{
	struct cg_conn_limit *limit = limit_of(2, 100);
	struct tevent_context *ev = tevent_context_init(limit);
	struct cg_conn *conn = must_open(limit, 1);
	uint8_t *below = talloc_zero_size(conn, 1);
	struct tevent_immediate *im = tevent_create_immediate(below);

	(void)state;
	tevent_schedule_immediate(im, ev, ends_by_itself, conn);
	assert_int_equal(tevent_loop_once(ev), 0);
	assert_int_equal(cg_conn_limit_count(limit, 1), 0);
	talloc_free(limit);
}

/* listen.c */

struct world {
	struct tevent_context *ev;
	struct cg_conn_limit *limit;
	int fd;
	struct sockaddr_un addr;
	uint32_t n_come;
	struct cg_peer last_peer;
};

static void come(struct cg_conn *conn, void *private_data)
{
	struct world *w = private_data;

	w->n_come++;
	w->last_peer = conn->peer;
}

static struct world *listening(uint32_t per_uid, uint32_t total)
{
	struct world *w = talloc_zero(NULL, struct world);
	struct cg_listen_to to = { .on_connection = come, .private_data = w,
				    .nobody = cg_nobody_here(NULL) };

	w->ev = tevent_context_init(w);
	w->limit = limit_of(per_uid, total);
	w->addr.sun_family = AF_UNIX;
	(void)snprintf(w->addr.sun_path + 1, sizeof(w->addr.sun_path) - 1,
		       "test_conn_limit.%d", (int)getpid());
	w->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
	assert_int_equal(bind(w->fd, (struct sockaddr *)&w->addr,
			      sizeof(w->addr)), 0);
	assert_int_equal(listen(w->fd, 100), 0);
	to.fd = w->fd;
	to.limit = w->limit;
	assert_int_equal(cg_listen(w, w->ev, &to), CG_OK);
	return w;
}

static void end(struct world *w)
{
	talloc_free(w->limit);
	(void)close(w->fd);
	talloc_free(w);
}

static int connect_to(const struct world *w)
{
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_true(fd >= 0);
	assert_int_equal(connect(fd, (const struct sockaddr *)&w->addr,
				 sizeof(w->addr)), 0);
	return fd;
}

static void turn_for_ms(struct world *w, uint32_t ms)
{
	struct tevent_req *sleep = tevent_wakeup_send(
		w, w->ev, tevent_timeval_current_ofs(0, ms * 1000));

	assert_true(tevent_req_poll(sleep, w->ev));
	talloc_free(sleep);
}

static void who_connects_is_who_the_kernel_says(void **state)
{
	struct world *w = listening(10, 100);
	int status;
	pid_t pid = fork();

	(void)state;
	if (pid == 0) {
		_exit(setresuid(4711, 4711, 4711) != 0
		      || connect_to(w) < 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	turn_for_ms(w, 20);
	assert_int_equal(w->n_come, 1);
	assert_int_equal(w->last_peer.uid, 4711);
	assert_int_equal(w->last_peer.pid, pid);
	/* It has ended, and this kernel tells. */
	if (cg_peer_has_pidfd()) {
		assert_false(cg_peer_is_there(&w->last_peer));
	}
	end(w);
}

/* Nothing comes when the process that connects is uid here. */
static void assert_refused(struct world *w, uid_t uid)
{
	int status;
	pid_t pid = fork();
	int fd;
	char byte;

	if (pid == 0) {
		fd = setresuid(uid, uid, uid) == 0 ? connect_to(w) : -1;
		/* Until it is closed at the other side. */
		_exit(fd >= 0 && read(fd, &byte, 1) == 0 ? 0 : 1);
	}
	turn_for_ms(w, 50);
	assert_int_equal(w->n_come, 0);
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
}

static void nobody_is_refused(void **state)
{
	struct world *w = listening(10, 100);

	(void)state;
	assert_refused(w, cg_nobody_here(NULL).uid);
	end(w);
}

/* As for a guard in a container whose socket others have, too: in a user
 * namespace of our own without a map every uid is the same one to us. */
static void who_has_no_uid_here_is_refused(void **state)
{
	struct world *w = listening(10, 100);
	int status;
	pid_t pid = fork();
	int fd;

	(void)state;
	if (pid == 0) {
		fd = connect_to(w);
		if (unshare(CLONE_NEWUSER) != 0) {
			_exit(2);
		}
		turn_for_ms(w, 50);
		_exit(fd >= 0 && w->n_come == 0 ? 0 : 1);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	assert_int_equal(status, 0);
	end(w);
}

/* It ends itself; what it says is the exit code. */
static void the_numbers_of_another_pid_namespace_are_told_apart(void **state)
{
	struct world *w = listening(10, 100);
	int status;
	int fd = connect_to(w);
	pid_t pid;

	(void)state;
	turn_for_ms(w, 20);
	assert_true(cg_peer_shares_pids(&w->last_peer));
	pid = fork();
	if (pid == 0) {
		(void)close(w->fd);
		_exit(unshare(CLONE_NEWPID) == 0 && fork() == 0 ?
		      connect_to(w) < 0 || sleep(1) != 0 : 0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	turn_for_ms(w, 200);
	assert_int_equal(w->n_come, 2);
	assert_int_not_equal(w->last_peer.pid, 1);
	assert_true(cg_peer_is_there(&w->last_peer));
	assert_false(cg_peer_shares_pids(&w->last_peer));
	(void)close(fd);
	end(w);
}

static void we_are_there(void **state)
{
	struct world *w = listening(10, 100);
	int fd = connect_to(w);

	(void)state;
	turn_for_ms(w, 20);
	assert_int_equal(w->last_peer.pid, getpid());
	assert_true(cg_peer_is_there(&w->last_peer));
	(void)close(fd);
	end(w);
}

static double cpu_s(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void without_descriptors_it_pauses_and_goes_on(void **state)
{
	struct world *w = listening(100, 100);
	struct rlimit old;
	struct rlimit none;
	int fd = connect_to(w);
	double cpu = cpu_s();

	(void)state;
	assert_int_equal(getrlimit(RLIMIT_NOFILE, &old), 0);
	none = (struct rlimit){ 3, old.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &none), 0);
	turn_for_ms(w, 500);
	assert_int_equal(setrlimit(RLIMIT_NOFILE, &old), 0);
	assert_int_equal(w->n_come, 0);
	assert_true(cpu_s() - cpu < 0.1);
	turn_for_ms(w, 200);
	assert_int_equal(w->n_come, 1);
	(void)close(fd);
	end(w);
}

static void more_than_fit_are_closed_and_the_rest_is_served(void **state)
{
	struct world *w = listening(8, 100);
	int fds[50];

	(void)state;
	for (int i = 0; i < 50; i++) {
		fds[i] = connect_to(w);
	}
	turn_for_ms(w, 50);
	assert_int_equal(w->n_come, 50);
	assert_int_equal(cg_conn_limit_count(w->limit, getuid()), 8);
	for (int i = 0; i < 50; i++) {
		(void)close(fds[i]);
	}
	end(w);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			a_connection_that_is_freed_is_closed_and_uncounted),
		cmocka_unit_test(a_uid_loses_its_own_oldest_idle_one),
		cmocka_unit_test(
			a_uid_whose_connections_all_work_gets_no_more),
		cmocka_unit_test(a_flood_of_one_uid_leaves_the_others_alone),
		cmocka_unit_test(
			the_headroom_serves_others_while_the_flood_works),
		cmocka_unit_test(idle_again_counts_from_then),
		cmocka_unit_test(what_hangs_below_goes_before_the_descriptor),
		cmocka_unit_test(a_connection_may_end_in_its_own_event),
		cmocka_unit_test(who_connects_is_who_the_kernel_says),
		cmocka_unit_test(nobody_is_refused),
		cmocka_unit_test(who_has_no_uid_here_is_refused),
		cmocka_unit_test(
			the_numbers_of_another_pid_namespace_are_told_apart),
		cmocka_unit_test(we_are_there),
		cmocka_unit_test(without_descriptors_it_pauses_and_goes_on),
		cmocka_unit_test(
			more_than_fit_are_closed_and_the_rest_is_served),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
