/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The client against brokers that are strangers, silent, broken or gone. */
#include "plugin/client/client.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "idl/limits.h"
#include "plugin/client/calls.h"
#include "plugin/client/client_error.h"
#include "tests/unit/fake_broker.h"

#define WAIT_MS 200U
#define NOBODY 65534U

struct world {
	struct fake_broker broker;
	struct tevent_context *ev;
	struct cg_client *client;
	struct cg_client_error err;
};

static int set_up(void **state)
{
	struct world *w = talloc_zero(NULL, struct world);

	w->ev = tevent_context_init(w);
	fake_broker_make(&w->broker);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	fake_broker_end(&w->broker);
	talloc_free(w);
	return 0;
}

static enum cg_status connect_to(struct world *w, const char *dir)
{
	const struct cg_client_options options = {
		.runtime_dir = dir, .timeout_ms = WAIT_MS,
		.kdc_timeout_ms = 2 * WAIT_MS,
	};
	struct tevent_req *req = cg_client_connect_send(w, w->ev, &options);
	enum cg_status st;

	w->err = (struct cg_client_error){ 0 };
	assert_true(tevent_req_poll(req, w->ev));
	st = cg_client_connect_recv(req, w, &w->client, &w->err);
	assert_int_equal(st, w->err.st);
	assert_true((st == CG_OK) == (w->client != NULL));
	talloc_free(req);
	return st;
}

static enum cg_status ask_status(struct world *w,
				 struct cg_client_status_out *out)
{
	const struct cg_client_status_in in = { 0 };
	struct tevent_req *req;
	enum cg_status st;

	w->err = (struct cg_client_error){ 0 };
	req = cg_call_client_status_send(w, w->ev, w->client, &in);
	assert_true(tevent_req_poll(req, w->ev));
	st = cg_call_client_status_recv(req, w, out, &w->err);
	assert_int_equal(st, w->err.st);
	talloc_free(req);
	return st;
}

/* Serves with fn, connects, asks for the status. */
static enum cg_status status_of(struct world *w, fake_broker_fn fn,
				struct cg_client_status_out *out)
{
	fake_broker_serve(&w->broker, 0, fn);
	assert_int_equal(connect_to(w, w->broker.dir), CG_OK);
	return ask_status(w, out);
}

static void assert_fails_in(const struct world *w, enum cg_client_stage stage)
{
	assert_int_equal(w->err.stage, stage);
}

/* Whatever was wrong with the answer, the connection is of no more use. */
static void assert_is_over(struct world *w)
{
	struct cg_client_status_out out;

	assert_int_equal(ask_status(w, &out), CG_E_UNAVAILABLE);
	assert_fails_in(w, CG_STAGE_CALL);
}

static struct cg_writer good_status(const struct cg_header *request)
{
	const struct cg_client_status_out status = {
		.n_entries = 3, .arena_size = 1ULL << 40, .started = 77,
		.peerpidfd = 1,
	};
	struct cg_writer w = fake_broker_reply(request, CG_OK, 0);

	if (cg_push_client_status_out(&w, &status) != CG_OK) {
		abort();
	}
	return w;
}

static void answers(int conn)
{
	fake_broker_hello(conn);
	for (;;) {
		struct cg_header request = fake_broker_request(conn);
		struct cg_writer w = good_status(&request);

		fake_broker_send(conn, &w);
	}
}

static void a_good_answer_arrives_again_and_again(void **state)
{
	struct cg_client_status_out out;
	struct world *w = *state;

	assert_int_equal(status_of(w, answers, &out), CG_OK);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(ask_status(w, &out), CG_OK);
		assert_int_equal(out.n_entries, 3);
		assert_true(out.arena_size == 1ULL << 40);
		assert_int_equal(out.peerpidfd, 1);
	}
}

static void nobody_there_is_said_so(void **state)
{
	struct world *w = *state;

	assert_int_equal(connect_to(w, w->broker.dir), CG_E_UNAVAILABLE);
	assert_fails_in(w, CG_STAGE_CONNECT);
	assert_int_equal(w->err.sys_errno, ECONNREFUSED);
	assert_string_equal(w->err.path, w->broker.socket_path);
	unlink(w->broker.socket_path);
	assert_int_equal(connect_to(w, w->broker.dir), CG_E_UNAVAILABLE);
	assert_int_equal(w->err.sys_errno, ENOENT);
	assert_string_equal(w->err.path, w->broker.socket_path);
	assert_int_equal(connect_to(w, "/nonexistent"), CG_E_UNAVAILABLE);
	assert_string_equal(w->err.path, "/nonexistent/client.sock");
}

static void a_path_that_is_too_long_is_refused(void **state)
{
	char path[200];
	struct world *w = *state;

	memset(path, 'x', sizeof(path));
	path[0] = '/';
	path[CG_CLIENT_PATH_MAX] = '\0';
	assert_int_equal(connect_to(w, path), CG_E_LIMIT);
	path[CG_CLIENT_PATH_MAX - 5] = '\0';
	assert_int_equal(connect_to(w, path), CG_E_LIMIT);
	assert_fails_in(w, CG_STAGE_LOCAL);
}

static void a_directory_of_another_user_is_not_trusted(void **state)
{
	struct world *w = *state;

	fake_broker_serve(&w->broker, 0, answers);
	assert_int_equal(chown(w->broker.dir, NOBODY, 0), 0);
	assert_int_equal(connect_to(w, w->broker.dir), CG_E_DENIED);
	assert_fails_in(w, CG_STAGE_TRUST);
	assert_int_equal(chown(w->broker.dir, 0, 0), 0);
	assert_int_equal(connect_to(w, w->broker.dir), CG_OK);
}

static void a_directory_that_others_can_write_is_not_trusted(void **state)
{
	static const mode_t bad[] = { 0775, 0757, 01777 };
	struct world *w = *state;

	fake_broker_serve(&w->broker, 0, answers);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(chmod(w->broker.dir, bad[i]), 0);
		assert_int_equal(connect_to(w, w->broker.dir), CG_E_DENIED);
		assert_fails_in(w, CG_STAGE_TRUST);
	}
}

static void a_symbolic_link_to_the_directory_is_not_followed(void **state)
{
	char path[64];
	struct world *w = *state;

	fake_broker_serve(&w->broker, 0, answers);
	(void)snprintf(path, sizeof(path), "%s.link", w->broker.dir);
	assert_int_equal(symlink(w->broker.dir, path), 0);
	assert_int_equal(connect_to(w, path), CG_E_DENIED);
	assert_fails_in(w, CG_STAGE_TRUST);
	unlink(path);
}

static void a_socket_of_another_user_is_not_trusted(void **state)
{
	struct world *w = *state;

	fake_broker_serve(&w->broker, 0, answers);
	assert_int_equal(chown(w->broker.socket_path, NOBODY, 0), 0);
	assert_int_equal(connect_to(w, w->broker.dir), CG_E_DENIED);
	assert_fails_in(w, CG_STAGE_TRUST);
}

static void a_symbolic_link_to_the_socket_is_not_followed(void **state)
{
	char path[64];
	struct world *w = *state;

	fake_broker_serve(&w->broker, 0, answers);
	(void)snprintf(path, sizeof(path), "%s.sock", w->broker.dir);
	assert_int_equal(rename(w->broker.socket_path, path), 0);
	assert_int_equal(symlink(path, w->broker.socket_path), 0);
	assert_int_equal(connect_to(w, w->broker.dir), CG_E_DENIED);
	assert_fails_in(w, CG_STAGE_TRUST);
	unlink(path);
}

static void a_stranger_who_listens_is_not_talked_to(void **state)
{
	struct world *w = *state;

	fake_broker_serve(&w->broker, NOBODY, answers);
	assert_int_equal(connect_to(w, w->broker.dir), CG_E_DENIED);
	assert_fails_in(w, CG_STAGE_TRUST);
}

static void a_full_backlog_ends_after_the_time_out(void **state)
{
	struct world *w = *state;

	fake_broker_serve(&w->broker, 0, NULL);
	/* The first one waits for hello, and leaves its place taken. */
	assert_int_equal(connect_to(w, w->broker.dir), CG_E_TIMEOUT);
	assert_fails_in(w, CG_STAGE_CALL);
	assert_int_equal(connect_to(w, w->broker.dir), CG_E_TIMEOUT);
	assert_fails_in(w, CG_STAGE_CONNECT);
	assert_int_equal(w->err.waited_ms, WAIT_MS);
}

static void says_another_version(int conn)
{
	const struct cg_client_hello_out hello = {
		.version = CG_WIRE_VERSION + 1,
	};
	struct cg_header request = fake_broker_request(conn);
	struct cg_writer w = fake_broker_reply(&request, CG_OK, 0);

	if (cg_push_client_hello_out(&w, &hello) == CG_OK) {
		fake_broker_send(conn, &w);
	}
	fake_broker_request(conn);
}

static void another_version_is_refused(void **state)
{
	struct world *w = *state;

	fake_broker_serve(&w->broker, 0, says_another_version);
	assert_int_equal(connect_to(w, w->broker.dir), CG_E_PROTO);
	assert_fails_in(w, CG_STAGE_CALL);
}

static void refuses_version(int conn)
{
	struct cg_header request = fake_broker_request(conn);
	struct cg_writer w = fake_broker_reply(&request, CG_E_INVALID, 0);

	fake_broker_send(conn, &w);
	fake_broker_request(conn);
}

static void a_refusal_of_our_version_is_said_the_same_way(void **state)
{
	struct world *w = *state;

	fake_broker_serve(&w->broker, 0, refuses_version);
	assert_int_equal(connect_to(w, w->broker.dir), CG_E_PROTO);
	assert_fails_in(w, CG_STAGE_CALL);
}

static void says_nothing(int conn)
{
	fake_broker_hello(conn);
	for (;;) {
		fake_broker_request(conn);
	}
}

static void silence_ends_after_the_time_out(void **state)
{
	struct cg_client_status_out out;
	struct world *w = *state;

	assert_int_equal(status_of(w, says_nothing, &out), CG_E_TIMEOUT);
	assert_fails_in(w, CG_STAGE_CALL);
	assert_int_equal(w->err.waited_ms, WAIT_MS);
	assert_is_over(w);
}

static void calls_that_ask_a_kdc_wait_longer(void **state)
{
	const struct cg_client_renew_in in = { 0 };
	struct cg_client_renew_out out;
	struct tevent_req *req;
	struct world *w = *state;

	fake_broker_serve(&w->broker, 0, says_nothing);
	assert_int_equal(connect_to(w, w->broker.dir), CG_OK);
	req = cg_call_client_renew_send(w, w->ev, w->client, &in);
	assert_true(tevent_req_poll(req, w->ev));
	assert_int_equal(cg_call_client_renew_recv(req, w, &out, &w->err),
			 CG_E_TIMEOUT);
	assert_int_equal(w->err.waited_ms, 2 * WAIT_MS);
}

static void closes(int conn)
{
	fake_broker_hello(conn);
	fake_broker_request(conn);
}

static void a_closed_connection_is_said_so(void **state)
{
	struct cg_client_status_out out;
	struct world *w = *state;

	assert_int_equal(status_of(w, closes, &out), CG_E_UNAVAILABLE);
	assert_fails_in(w, CG_STAGE_CALL);
	assert_is_over(w);
}

/* One connection for each length up to one byte too many. */
static void cuts(int conn)
{
	static size_t n;
	struct cg_header request;
	struct cg_writer w;

	fake_broker_hello(conn);
	request = fake_broker_request(conn);
	w = good_status(&request);
	w.len = ++n;
	fake_broker_send(conn, &w);
}

static void only_the_whole_answer_is_taken(void **state)
{
	const struct cg_header header = { 0 };
	const size_t whole = good_status(&header).len;
	struct cg_client_status_out out;
	struct world *w = *state;

	fake_broker_serve(&w->broker, 0, cuts);
	for (size_t n = 1; n <= whole + 1; n++) {
		enum cg_status want = n == whole ? CG_OK : CG_E_PROTO;

		assert_int_equal(connect_to(w, w->broker.dir), CG_OK);
		assert_int_equal(ask_status(w, &out), want);
		if (want != CG_OK) {
			assert_fails_in(w, CG_STAGE_CALL);
		}
		TALLOC_FREE(w->client);
	}
}

static void assert_refuses(struct world *w, fake_broker_fn fn)
{
	struct cg_client_status_out out;

	assert_int_equal(status_of(w, fn, &out), CG_E_PROTO);
	assert_fails_in(w, CG_STAGE_CALL);
	assert_is_over(w);
}

static void sends_wrong_id(int conn)
{
	struct cg_header request;
	struct cg_writer w;

	fake_broker_hello(conn);
	request = fake_broker_request(conn);
	request.id++;
	w = good_status(&request);
	fake_broker_send(conn, &w);
	fake_broker_request(conn);
}

static void an_answer_to_another_request_is_refused(void **state)
{
	assert_refuses(*state, sends_wrong_id);
}

static void sends_wrong_op(int conn)
{
	struct cg_header request;
	struct cg_writer w;

	fake_broker_hello(conn);
	request = fake_broker_request(conn);
	request.op = CG_CLIENT_OP_LIST;
	w = good_status(&request);
	fake_broker_send(conn, &w);
	fake_broker_request(conn);
}

static void an_answer_to_another_operation_is_refused(void **state)
{
	assert_refuses(*state, sends_wrong_op);
}

static void sends_unknown_status(int conn)
{
	struct cg_header request;
	struct cg_writer w;

	fake_broker_hello(conn);
	request = fake_broker_request(conn);
	w = fake_broker_reply(&request, CG_STATUS_COUNT, 0);
	fake_broker_send(conn, &w);
	fake_broker_request(conn);
}

static void a_status_that_does_not_exist_is_refused(void **state)
{
	assert_refuses(*state, sends_unknown_status);
}

static void sends_body_with_status(int conn)
{
	struct cg_header request;
	struct cg_writer w;

	fake_broker_hello(conn);
	request = fake_broker_request(conn);
	w = fake_broker_reply(&request, CG_E_DENIED, 0);
	cg_writer_u32(&w, 1);
	fake_broker_send(conn, &w);
	fake_broker_request(conn);
}

static void a_failure_with_a_body_is_refused(void **state)
{
	assert_refuses(*state, sends_body_with_status);
}

static void sends_garbage(int conn)
{
	static uint8_t garbage[4096];
	const struct cg_writer w = { .data = garbage, .len = sizeof(garbage) };

	memset(garbage, 0xa5, sizeof(garbage));
	fake_broker_hello(conn);
	fake_broker_request(conn);
	fake_broker_send(conn, &w);
	fake_broker_request(conn);
}

static void garbage_is_refused(void **state)
{
	assert_refuses(*state, sends_garbage);
}

static void sends_too_much(int conn)
{
	static uint8_t much[CG_MSG_MAX + 1];
	const struct cg_writer w = { .data = much, .len = sizeof(much) };
	int size = 4 * (int)CG_MSG_MAX;

	setsockopt(conn, SOL_SOCKET, SO_SNDBUFFORCE, &size, sizeof(size));
	fake_broker_hello(conn);
	fake_broker_request(conn);
	fake_broker_send(conn, &w);
	fake_broker_request(conn);
}

static void more_than_a_message_is_refused(void **state)
{
	assert_refuses(*state, sends_too_much);
}

static void sends_descriptor(int conn)
{
	union { char data[CMSG_SPACE(sizeof(int))]; struct cmsghdr align; } c;
	struct cg_header request;
	struct cg_writer w;
	struct iovec part;
	struct msghdr msg = {
		.msg_iov = &part, .msg_iovlen = 1,
		.msg_control = c.data, .msg_controllen = sizeof(c.data),
	};

	memset(&c, 0, sizeof(c));
	c.align.cmsg_level = SOL_SOCKET;
	c.align.cmsg_type = SCM_RIGHTS;
	c.align.cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(&c.align), &conn, sizeof(conn));
	fake_broker_hello(conn);
	request = fake_broker_request(conn);
	w = good_status(&request);
	part = (struct iovec){ w.data, w.len };
	(void)sendmsg(conn, &msg, 0);
	fake_broker_request(conn);
}

static void an_answer_that_carries_a_descriptor_is_refused(void **state)
{
	assert_refuses(*state, sends_descriptor);
}

static void says_no(int conn)
{
	struct cg_header request;
	struct cg_writer w;

	fake_broker_hello(conn);
	request = fake_broker_request(conn);
	w = fake_broker_reply(&request, CG_E_KRB5, (uint32_t)-1765328360);
	fake_broker_send(conn, &w);
	request = fake_broker_request(conn);
	w = good_status(&request);
	fake_broker_send(conn, &w);
	fake_broker_request(conn);
}

static void a_refusal_has_its_code_and_leaves_the_connection(void **state)
{
	struct cg_client_status_out out;
	struct world *w = *state;

	assert_int_equal(status_of(w, says_no, &out), CG_E_KRB5);
	assert_fails_in(w, CG_STAGE_REPLY);
	assert_int_equal(w->err.krb5_code, -1765328360);
	assert_int_equal(ask_status(w, &out), CG_OK);
}

static void answers_late(int conn)
{
	struct cg_header request;
	struct cg_writer w;

	fake_broker_hello(conn);
	request = fake_broker_request(conn);
	usleep((WAIT_MS + 100) * 1000);
	w = good_status(&request);
	(void)send(conn, w.data, w.len, MSG_NOSIGNAL);
	pause();
}

static void a_late_answer_is_not_taken_for_the_next(void **state)
{
	struct cg_client_status_out out;
	struct world *w = *state;

	assert_int_equal(status_of(w, answers_late, &out), CG_E_TIMEOUT);
	usleep(200 * 1000);
	assert_is_over(w);
}

static void two_calls_at_once_are_refused(void **state)
{
	const struct cg_client_status_in in = { 0 };
	struct cg_client_status_out out;
	struct tevent_req *first;
	struct world *w = *state;

	fake_broker_serve(&w->broker, 0, answers);
	assert_int_equal(connect_to(w, w->broker.dir), CG_OK);
	first = cg_call_client_status_send(w, w->ev, w->client, &in);
	assert_int_equal(ask_status(w, &out), CG_E_INVALID);
	assert_true(tevent_req_poll(first, w->ev));
	assert_int_equal(cg_call_client_status_recv(first, w, &out, NULL),
			 CG_OK);
	assert_int_equal(ask_status(w, &out), CG_OK);
}

static void a_call_that_is_given_up_ends_the_connection(void **state)
{
	const struct cg_client_status_in in = { 0 };
	struct world *w = *state;

	fake_broker_serve(&w->broker, 0, answers);
	assert_int_equal(connect_to(w, w->broker.dir), CG_OK);
	talloc_free(cg_call_client_status_send(w, w->ev, w->client, &in));
	assert_is_over(w);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_good_answer_arrives_again_and_again),
		TEST(nobody_there_is_said_so),
		TEST(a_path_that_is_too_long_is_refused),
		TEST(a_directory_of_another_user_is_not_trusted),
		TEST(a_directory_that_others_can_write_is_not_trusted),
		TEST(a_symbolic_link_to_the_directory_is_not_followed),
		TEST(a_socket_of_another_user_is_not_trusted),
		TEST(a_symbolic_link_to_the_socket_is_not_followed),
		TEST(a_stranger_who_listens_is_not_talked_to),
		TEST(a_full_backlog_ends_after_the_time_out),
		TEST(another_version_is_refused),
		TEST(a_refusal_of_our_version_is_said_the_same_way),
		TEST(silence_ends_after_the_time_out),
		TEST(calls_that_ask_a_kdc_wait_longer),
		TEST(a_closed_connection_is_said_so),
		TEST(only_the_whole_answer_is_taken),
		TEST(an_answer_to_another_request_is_refused),
		TEST(an_answer_to_another_operation_is_refused),
		TEST(a_status_that_does_not_exist_is_refused),
		TEST(a_failure_with_a_body_is_refused),
		TEST(garbage_is_refused),
		TEST(more_than_a_message_is_refused),
		TEST(an_answer_that_carries_a_descriptor_is_refused),
		TEST(a_refusal_has_its_code_and_leaves_the_connection),
		TEST(a_late_answer_is_not_taken_for_the_next),
		TEST(two_calls_at_once_are_refused),
		TEST(a_call_that_is_given_up_ends_the_connection),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
