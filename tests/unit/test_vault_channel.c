/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The broker's end of the channel against a vault that is slow, lying, hung or
 * gone: whatever it does wrong ends the channel, once and for good. */
#include "isolated-helper/broker/vault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <fcntl.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <cmocka.h>

#include "idl/limits.h"
#include "isolated-helper/broker/vault_calls.h"
#include "tests/unit/fake_vault.h"

struct world {
	struct tevent_context *ev;
	struct fake_vault *fake;
	struct cg_vault *vault;
	TALLOC_CTX *calls;	/* end before the vault */
	uint32_t n_lost;
	const char *why;
};

static void lost(const char *why, void *arg)
{
	struct world *w = arg;

	w->n_lost++;
	w->why = why;
}

static int set_up(void **state)
{
	struct world *w = talloc_zero(NULL, struct world);
	struct cg_vault_channel channel = {
		.timeout_s = 1, .on_lost = lost, .arg = w,
	};

	w->ev = tevent_context_init(w);
	w->fake = fake_vault_open(w, w->ev);
	w->calls = talloc_new(w);
	channel.fd = w->fake->broker_end;
	w->vault = cg_vault_open(w, w->ev, &channel);
	assert_non_null(w->vault);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	talloc_free(w->calls);
	talloc_free(w->vault);
	talloc_free(w);
	return 0;
}

static struct tevent_req *ask(struct world *w)
{
	const struct cg_list_usage_in in = { 0 };

	return cg_call_list_usage_send(w->calls, w->ev, w->vault, &in);
}

static enum cg_status answer_to(struct world *w, struct tevent_req *req)
{
	struct cg_list_usage_out out;
	enum cg_status st;
	uint32_t detail;

	assert_true(tevent_req_poll(req, w->ev));
	st = cg_call_list_usage_recv(req, w->calls, &out, &detail);
	talloc_free(req);
	if (st == CG_OK) {
		assert_int_equal(out.n_entries, 11);
		assert_int_equal(out.arena_used, 14);
	} else {
		assert_int_equal(out.n_entries, 0);
	}
	return st;
}

static void turn_for_ms(struct world *w, uint32_t ms)
{
	struct tevent_req *sleep = tevent_wakeup_send(
		w, w->ev, tevent_timeval_current_ofs(ms / 1000,
						     ms % 1000 * 1000));

	assert_true(tevent_req_poll(sleep, w->ev));
	talloc_free(sleep);
}

static void assert_lost(struct world *w)
{
	turn_for_ms(w, 20);
	assert_int_equal(w->n_lost, 1);
	assert_non_null(w->why);
	assert_int_equal(answer_to(w, ask(w)), CG_E_UNAVAILABLE);
}

static void calls_are_answered_in_their_order(void **state)
{
	struct world *w = *state;
	struct tevent_req *reqs[50];

	for (int i = 0; i < 50; i++) {
		reqs[i] = ask(w);
	}
	/* One is under way, the others wait in the broker. */
	assert_true(tevent_req_poll(reqs[0], w->ev));
	assert_true(w->fake->n_calls[CG_OP_LIST_USAGE] <= 2);
	for (int i = 49; i >= 0; i--) {
		assert_int_equal(answer_to(w, reqs[i]), CG_OK);
	}
	assert_int_equal(w->n_lost, 0);
}

static void a_failure_is_told_with_its_detail(void **state)
{
	struct world *w = *state;
	const struct cg_list_usage_in in = { 0 };
	struct cg_list_usage_out out;
	struct tevent_req *req;
	uint32_t detail;

	w->fake->fails[CG_OP_LIST_USAGE] = CG_E_KRB5;
	w->fake->detail = 77;
	req = cg_call_list_usage_send(w->calls, w->ev, w->vault, &in);
	assert_true(tevent_req_poll(req, w->ev));
	assert_int_equal(cg_call_list_usage_recv(req, w->calls, &out, &detail),
			 CG_E_KRB5);
	assert_int_equal(detail, 77);
	w->fake->fails[CG_OP_LIST_USAGE] = CG_OK;
	assert_int_equal(answer_to(w, ask(w)), CG_OK);
	assert_int_equal(w->n_lost, 0);
}

static void what_does_not_fit_is_refused_here(void **state)
{
	struct world *w = *state;
	uint8_t *large = talloc_zero_array(w, uint8_t, CG_PRINCIPAL_MAX + 1);
	const struct cg_make_tgs_req_in in = {
		.server = { large, CG_PRINCIPAL_MAX + 1 },
	};
	struct cg_make_tgs_req_out out;
	struct tevent_req *req;
	uint32_t detail;

	req = cg_call_make_tgs_req_send(w->calls, w->ev, w->vault, &in);
	assert_true(tevent_req_poll(req, w->ev));
	assert_int_equal(cg_call_make_tgs_req_recv(req, w, &out, &detail),
			 CG_E_LIMIT);
	assert_int_equal(w->fake->n_calls[CG_OP_MAKE_TGS_REQ], 0);
	assert_int_equal(answer_to(w, ask(w)), CG_OK);
}

static void who_gives_up_does_not_confuse_the_others(void **state)
{
	struct world *w = *state;
	struct tevent_req *under_way = ask(w);
	struct tevent_req *queued = ask(w);
	struct tevent_req *last = ask(w);

	talloc_free(under_way);
	talloc_free(queued);
	assert_int_equal(answer_to(w, last), CG_OK);
	assert_int_equal(w->fake->n_calls[CG_OP_LIST_USAGE], 2);
	assert_int_equal(w->n_lost, 0);
}

static void a_vault_that_does_not_answer_is_lost(void **state)
{
	struct world *w = *state;
	struct tevent_req *first;
	struct tevent_req *second;

	w->fake->holds[CG_OP_LIST_USAGE] = true;
	first = ask(w);
	second = ask(w);
	assert_int_equal(answer_to(w, first), CG_E_UNAVAILABLE);
	assert_int_equal(answer_to(w, second), CG_E_UNAVAILABLE);
	assert_lost(w);
}

static void a_vault_that_is_gone_is_lost(void **state)
{
	struct world *w = *state;

	fake_vault_close(w->fake);
	assert_lost(w);
}

static void a_vault_that_ends_under_way_is_lost(void **state)
{
	struct world *w = *state;
	struct tevent_req *req;

	w->fake->holds[CG_OP_LIST_USAGE] = true;
	req = ask(w);
	turn_for_ms(w, 20);
	fake_vault_close(w->fake);
	assert_int_equal(answer_to(w, req), CG_E_UNAVAILABLE);
	assert_lost(w);
}

static void what_nobody_asked_for_ends_the_channel(void **state)
{
	struct world *w = *state;
	const uint8_t header[CG_HEADER_LEN] = { CG_OP_LIST_USAGE };

	assert_int_equal(send(w->fake->fd, header, sizeof(header), 0),
			 CG_HEADER_LEN);
	assert_lost(w);
}

static void an_answer_with_a_descriptor_ends_the_channel(void **state)
{
	struct world *w = *state;
	uint8_t header[CG_HEADER_LEN] = { 0 };
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { .room = { 0 } };
	struct iovec iov = { header, sizeof(header) };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);

	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &w->fake->fd, sizeof(int));
	assert_true(sendmsg(w->fake->fd, &msg, 0) > 0);
	assert_lost(w);
}

static void an_answer_that_is_too_large_ends_the_channel(void **state)
{
	struct world *w = *state;
	uint8_t *large = talloc_zero_array(w, uint8_t, CG_MSG_MAX + 1);

	assert_int_equal(send(w->fake->fd, large, CG_MSG_MAX + 1, 0),
			 CG_MSG_MAX + 1);
	assert_lost(w);
}

static void set_u32(uint8_t *msg, size_t at, uint32_t v)
{
	memcpy(msg + at, &v, sizeof(v));
}

static void other_op(struct fake_vault *v, uint8_t *msg, size_t *len)
{
	(void)v;
	(void)len;
	set_u32(msg, 0, CG_OP_LIST_ENTRY);
}

static void other_id(struct fake_vault *v, uint8_t *msg, size_t *len)
{
	(void)v;
	(void)len;
	set_u32(msg, 4, 4711);
}

static void bad_status(struct fake_vault *v, uint8_t *msg, size_t *len)
{
	(void)v;
	*len = CG_HEADER_LEN;
	set_u32(msg, 8, CG_STATUS_COUNT);
}

static void body_after_failure(struct fake_vault *v, uint8_t *msg, size_t *len)
{
	(void)v;
	(void)len;
	set_u32(msg, 8, CG_E_DENIED);
}

static void detail_without_krb5(struct fake_vault *v, uint8_t *msg,
				size_t *len)
{
	(void)v;
	(void)len;
	set_u32(msg, 12, 1);
}

static void one_byte_more(struct fake_vault *v, uint8_t *msg, size_t *len)
{
	(void)v;
	msg[(*len)++] = 0;
}

static void one_byte_less(struct fake_vault *v, uint8_t *msg, size_t *len)
{
	(void)v;
	(void)msg;
	(*len)--;
}

static void header_only(struct fake_vault *v, uint8_t *msg, size_t *len)
{
	(void)v;
	(void)msg;
	*len = CG_HEADER_LEN;
}

static void half_a_header(struct fake_vault *v, uint8_t *msg, size_t *len)
{
	(void)v;
	(void)msg;
	*len = CG_HEADER_LEN / 2;
}

static void every_spoilt_answer_ends_the_channel(void **state)
{
	static void (*const spoils[])(struct fake_vault *v, uint8_t *msg,
				      size_t *len) = {
		other_op, other_id, bad_status, body_after_failure,
		detail_without_krb5, one_byte_more, one_byte_less,
		header_only, half_a_header,
	};

	(void)state;
	for (size_t i = 0; i < sizeof(spoils) / sizeof(spoils[0]); i++) {
		void *own = NULL;
		struct world *w;

		(void)set_up(&own);
		w = own;
		w->fake->spoil = spoils[i];
		assert_int_equal(answer_to(w, ask(w)), CG_E_UNAVAILABLE);
		assert_lost(w);
		(void)tear_down(&own);
	}
}

static void an_answer_cut_anywhere_ends_the_channel(void **state)
{
	static const size_t whole = CG_HEADER_LEN + 24;

	(void)state;
	for (size_t n = 1; n < whole; n++) {
		uint8_t msg[CG_HEADER_LEN + 24] = { CG_OP_LIST_USAGE };
		void *own = NULL;
		struct world *w;
		struct tevent_req *req;

		(void)set_up(&own);
		w = own;
		w->fake->holds[CG_OP_LIST_USAGE] = true;
		req = ask(w);
		set_u32(msg, 4, 1);
		assert_int_equal(send(w->fake->fd, msg, n, 0), (int)n);
		assert_int_equal(answer_to(w, req), CG_E_UNAVAILABLE);
		assert_lost(w);
		(void)tear_down(&own);
	}
}

static void a_full_socket_only_delays(void **state)
{
	struct world *w = *state;
	uint8_t *large = talloc_zero_array(w, uint8_t, CG_KDC_MSG_MAX);
	const struct cg_absorb_tgs_rep_in in = {
		.exchange = { 1 }, .reply = { large, CG_KDC_MSG_MAX },
	};
	struct tevent_req *reqs[20];

	/* The vault's answers do not fit any more until it is read. */
	for (int i = 0; i < 20; i++) {
		reqs[i] = cg_call_absorb_tgs_rep_send(w->calls, w->ev,
						      w->vault, &in);
	}
	for (int i = 0; i < 20; i++) {
		struct cg_absorb_tgs_rep_out out;
		uint32_t detail;

		assert_true(tevent_req_poll(reqs[i], w->ev));
		assert_int_equal(cg_call_absorb_tgs_rep_recv(
					 reqs[i], w->calls, &out, &detail),
				 CG_OK);
		assert_int_equal(out.session_key.len,
				 strlen(FAKE_SESSION_KEY));
	}
}

static void every_call_has_its_op(void **state)
{
	struct world *w = *state;
	const struct cg_hello_in hello = { .version = CG_WIRE_VERSION };
	const struct cg_forget_uid_in forget = { .uid = 1 };
	const struct cg_list_entry_in entry = { .uid = 1 };
	struct cg_hello_out hello_out;
	struct cg_forget_uid_out forget_out;
	struct cg_list_entry_out entry_out;
	struct tevent_req *req;
	uint32_t detail;

	req = cg_call_hello_send(w->calls, w->ev, w->vault, &hello);
	assert_true(tevent_req_poll(req, w->ev));
	assert_int_equal(cg_call_hello_recv(req, w, &hello_out, &detail),
			 CG_OK);
	assert_int_equal(hello_out.landlock_abi, 7);
	req = cg_call_forget_uid_send(w->calls, w->ev, w->vault, &forget);
	assert_true(tevent_req_poll(req, w->ev));
	assert_int_equal(cg_call_forget_uid_recv(req, w, &forget_out, &detail),
			 CG_OK);
	req = cg_call_list_entry_send(w->calls, w->ev, w->vault, &entry);
	assert_true(tevent_req_poll(req, w->ev));
	assert_int_equal(cg_call_list_entry_recv(req, w, &entry_out, &detail),
			 CG_OK);
	assert_int_equal(w->fake->n_calls[CG_OP_HELLO], 1);
	assert_int_equal(w->fake->n_calls[CG_OP_FORGET_UID], 1);
	assert_int_equal(w->fake->n_calls[CG_OP_LIST_ENTRY], 1);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(calls_are_answered_in_their_order),
		TEST(a_failure_is_told_with_its_detail),
		TEST(what_does_not_fit_is_refused_here),
		TEST(who_gives_up_does_not_confuse_the_others),
		TEST(a_vault_that_does_not_answer_is_lost),
		TEST(a_vault_that_is_gone_is_lost),
		TEST(a_vault_that_ends_under_way_is_lost),
		TEST(what_nobody_asked_for_ends_the_channel),
		TEST(an_answer_with_a_descriptor_ends_the_channel),
		TEST(an_answer_that_is_too_large_ends_the_channel),
		TEST(every_spoilt_answer_ends_the_channel),
		TEST(an_answer_cut_anywhere_ends_the_channel),
		TEST(a_full_socket_only_delays),
		TEST(every_call_has_its_op),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
