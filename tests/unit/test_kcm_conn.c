/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The KCM stream: framing, patience, and memory that only grows with bytes
 * that have really come. */
#include "isolated-helper/broker/kcm_conn.h"

#include <errno.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>
#include <cmocka.h>

#include "isolated-helper/broker/conn_limit.h"
#include "isolated-helper/broker/kcm_account.h"
#include "isolated-helper/broker/kcm_call.h"
#include "tests/unit/kcm_fixture.h"

#define MIB (1024U * 1024U)

struct stream {
	struct kcm_fixture *f;
	struct cg_conn_limit *limit;
	int fd;			/* the client's end */
};

static void forget(uid_t uid, struct cg_handle kept, void *arg)
{
	(void)uid;
	(void)kept;
	(void)arg;
}

static void connect_to(struct stream *s)
{
	struct cg_peer peer = { .uid = UID, .pidfd = -1 };
	struct cg_conn *conn;
	int fds[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0,
				    fds), 0);
	s->fd = fds[0];
	assert_int_equal(cg_conn_open(s->limit, fds[1], &peer, &conn), CG_OK);
	cg_kcm_serve(conn, s->f->kcm);
}

static int set_up(void **state)
{
	const struct cg_quota quota = { 4, 64, 64U << 20, 0 };
	const struct cg_conn_quota conns = { 8, 64 };
	struct stream *s = talloc_zero(NULL, struct stream);
	struct cg_kcm_setup setup = { .patience_s = 1 };

	s->f = talloc_zero(s, struct kcm_fixture);
	s->f->ev = tevent_context_init(s->f);
	s->f->all = cg_ccaches_open(s->f, &quota, forget, NULL);
	setup.ev = s->f->ev;
	setup.ccaches = s->f->all;
	setup.acquire = &s->f->acquire;
	s->f->kcm = cg_kcm_open(s->f, &setup);
	s->limit = cg_conn_limit_open(s, &conns);
	connect_to(s);
	*state = s;
	return 0;
}

/* A while for events: all is done then that can be. */
static void no_event(struct tevent_context *ev, struct tevent_timer *te,
		     struct timeval now, void *private_data)
{
	bool *over = private_data;

	(void)ev;
	(void)te;
	(void)now;
	*over = true;
}

static void run(struct stream *s)
{
	struct timeval soon = tevent_timeval_current_ofs(0, 20000);
	bool over = false;

	assert_non_null(tevent_add_timer(s->f->ev, s, soon, no_event, &over));
	while (!over) {
		assert_int_equal(tevent_loop_once(s->f->ev), 0);
	}
}

static uint64_t memory_used(const struct stream *s)
{
	return cg_kcm_account_used(s->f->kcm->accounts);
}

static int tear_down(void **state)
{
	struct stream *s = *state;

	(void)close(s->fd);
	run(s);
	assert_int_equal(memory_used(s), 0);
	assert_int_equal(cg_conn_limit_count(s->limit, UID), 0);
	talloc_free(s);
	return 0;
}

static void put(struct stream *s, const void *data, size_t len)
{
	assert_int_equal(send(s->fd, data, len, MSG_NOSIGNAL), len);
}

static void put_length(struct stream *s, uint32_t len)
{
	uint8_t bytes[4];
	struct cg_writer w = cg_writer_of(bytes, sizeof(bytes));

	cg_writer_u32_be(&w, len);
	put(s, bytes, sizeof(bytes));
}

/* Reads one whole reply; its status. */
static uint32_t reply_status(struct stream *s)
{
	uint8_t head[12] = { 0 };
	struct cg_reader r = cg_reader_of(head, sizeof(head));
	uint32_t len;
	uint32_t status;
	uint8_t rest[2048];

	run(s);
	assert_int_equal(recv(s->fd, head, sizeof(head), 0), sizeof(head));
	len = cg_reader_u32_be(&r);
	assert_int_equal(cg_reader_u32_be(&r), 0);
	status = cg_reader_u32_be(&r);
	assert_in_range(len, 4, sizeof(rest));
	if (len > 4) {
		assert_int_equal(recv(s->fd, rest, len - 4, 0), len - 4);
	}
	return status;
}

static bool is_closed(struct stream *s)
{
	uint8_t byte;

	run(s);
	return recv(s->fd, &byte, 1, 0) == 0 || errno != EAGAIN;
}

static const uint8_t noop[] = { 0, 0, 0, 4, 2, 0, 0, 0 };

static void a_request_may_come_byte_by_byte(void **state)
{
	struct stream *s = *state;

	for (size_t i = 0; i < sizeof(noop); i++) {
		uint8_t byte;

		assert_int_equal(recv(s->fd, &byte, 1, 0), -1);
		put(s, noop + i, 1);
		run(s);
	}
	assert_int_equal(reply_status(s), 0);
}

static void requests_sent_at_once_are_answered_in_turn(void **state)
{
	struct stream *s = *state;
	static const uint8_t unknown[] = { 0, 0, 0, 4, 2, 0, 0x13, 0x37 };

	put(s, noop, sizeof(noop));
	put(s, unknown, sizeof(unknown));
	put(s, noop, sizeof(noop));
	assert_int_equal(reply_status(s), 0);
	assert_int_not_equal(reply_status(s), 0);
	assert_int_equal(reply_status(s), 0);
}

static void send_request(struct stream *s, const struct cg_writer *w)
{
	put_length(s, (uint32_t)w->len);
	put(s, w->data, w->len);
}

static void store_tgt(struct stream *s)
{
	struct kcm_cred tgt = kcm_tgt();
	struct cg_writer w = kcm_request(CG_KCM_INITIALIZE);

	kcm_put_name(&w, "1000");
	kcm_put_princ(&w, ALICE);
	send_request(s, &w);
	w = kcm_request(CG_KCM_STORE);
	kcm_put_name(&w, "1000");
	kcm_put_cred(&w, &tgt);
	send_request(s, &w);
}

static void a_request_that_waits_makes_the_next_one_wait(void **state)
{
	struct stream *s = *state;
	struct cg_writer w;

	store_tgt(s);
	/* Would find no cache if it overtook. */
	w = kcm_request(CG_KCM_DESTROY);
	kcm_put_name(&w, "1000");
	send_request(s, &w);
	assert_int_equal(reply_status(s), 0);
	assert_int_equal(reply_status(s), 0);
	assert_int_equal(reply_status(s), 0);
	assert_int_equal(s->f->acquire.n_stored, 1);
}

static void a_request_too_short_for_an_opcode_gets_an_error(void **state)
{
	struct stream *s = *state;

	for (uint32_t len = 0; len < 4; len++) {
		put_length(s, len);
		put(s, "\2\0\0", len);
		assert_int_equal(reply_status(s), EBADMSG);
	}
	put(s, noop, sizeof(noop));
	assert_int_equal(reply_status(s), 0);
}

static void a_length_beyond_the_limit_ends_the_connection(void **state)
{
	static const uint32_t lengths[] = { 10 * MIB + 1, 1U << 31,
					    UINT32_MAX };
	struct stream *s = *state;

	for (size_t i = 0; i < sizeof(lengths) / sizeof(lengths[0]); i++) {
		put_length(s, lengths[i]);
		assert_true(is_closed(s));
		(void)close(s->fd);
		connect_to(s);
	}
}

static void memory_grows_with_the_bytes_that_came(void **state)
{
	static uint8_t some[100000];
	struct stream *s = *state;
	size_t sent = 0;

	put_length(s, 10 * MIB);
	run(s);
	assert_in_range(memory_used(s), 0, 4096);
	while (sent < 1000000) {
		ssize_t n = send(s->fd, some, sizeof(some), MSG_NOSIGNAL);

		sent += n > 0 ? (size_t)n : 0;
		run(s);
	}
	assert_in_range(memory_used(s), sent / 2, sent * 2 + 4096);
}

static void the_end_in_the_middle_ends_the_connection(void **state)
{
	struct stream *s = *state;

	put_length(s, 1000);
	put(s, "abc", 3);
	run(s);
	(void)shutdown(s->fd, SHUT_WR);
	assert_true(is_closed(s));
}

static void an_unfinished_request_is_not_waited_for_long(void **state)
{
	struct stream *s = *state;

	put(s, noop, 3);
	run(s);
	(void)usleep(600000);
	/* More of it is no reason to wait longer. */
	put(s, noop + 3, 2);
	assert_false(is_closed(s));
	(void)usleep(600000);
	assert_true(is_closed(s));
}

static void a_silent_connection_may_stay(void **state)
{
	struct stream *s = *state;

	put(s, noop, sizeof(noop));
	assert_int_equal(reply_status(s), 0);
	(void)usleep(1200000);
	assert_false(is_closed(s));
	put(s, noop, sizeof(noop));
	assert_int_equal(reply_status(s), 0);
}

static void fill(struct stream *s)
{
	static char ticket[190000];
	char server[] = "h/a@EXAMPLE.TEST";
	struct kcm_cred big = kcm_service(server);
	struct kcm_fixture *f = s->f;

	memset(ticket, 't', sizeof(ticket) - 1);
	big.ticket = ticket;
	assert_int_equal(kcm_initialize(f, UID, "1000"), 0);
	for (int i = 0; i < 40; i++) {
		assert_int_equal(kcm_store(f, UID, "1000", &big), 0);
		server[2]++;
	}
	TALLOC_FREE(f->reply_data);
}

static void a_client_that_never_reads_is_not_waited_for_long(void **state)
{
	struct stream *s = *state;
	struct cg_writer w;

	fill(s);
	w = kcm_request(CG_KCM_GET_CRED_LIST);
	kcm_put_name(&w, "1000");
	send_request(s, &w);
	run(s);
	assert_in_range(memory_used(s), 40 * 190000, 8 * MIB + 100);
	(void)usleep(1200000);
	run(s);
	assert_int_equal(memory_used(s), 0);
	assert_int_equal(cg_conn_limit_count(s->limit, UID), 0);
}

static void a_client_that_reads_slowly_gets_all(void **state)
{
	static uint8_t some[65536];
	struct stream *s = *state;
	struct cg_writer w;
	size_t whole = 12 + 4 + 40 * 190000;
	size_t got = 0;

	fill(s);
	w = kcm_request(CG_KCM_GET_CRED_LIST);
	kcm_put_name(&w, "1000");
	send_request(s, &w);
	while (got < whole) {
		ssize_t n;

		run(s);
		while ((n = recv(s->fd, some, sizeof(some), 0)) > 0) {
			got += (size_t)n;
		}
		assert_int_equal(errno, EAGAIN);
	}
	put(s, noop, sizeof(noop));
	assert_int_equal(reply_status(s), 0);
}

static void hang_up(void *arg)
{
	struct stream *s = arg;

	s->f->acquire.meanwhile = NULL;
	(void)close(s->fd);
	connect_to(s);
}

static void who_hangs_up_while_the_vault_works_harms_nobody(void **state)
{
	struct stream *s = *state;

	s->f->acquire.meanwhile = hang_up;
	s->f->acquire.arg = s;
	store_tgt(s);
	run(s);
	assert_int_equal(cg_conn_limit_count(s->limit, UID), 1);
	assert_int_equal(cg_ccaches_count(s->f->all).tickets, 1);
	put(s, noop, sizeof(noop));
	assert_int_equal(reply_status(s), 0);
}

static void many_half_open_connections_leave_room_for_another(void **state)
{
	struct stream *s = *state;
	int fds[100];

	(void)close(s->fd);
	for (size_t i = 0; i < 100; i++) {
		connect_to(s);
		put(s, noop, 5);
		run(s);
		fds[i] = s->fd;
	}
	connect_to(s);
	put(s, noop, sizeof(noop));
	assert_int_equal(reply_status(s), 0);
	for (size_t i = 0; i < 100; i++) {
		(void)close(fds[i]);
	}
}

/* The secret, which is nowhere in memory but where it was put. */
static const uint8_t coded[32] = {
	0x91, 0x1f, 0x73, 0xd2, 0x44, 0x8e, 0xa5, 0x3c, 0x67, 0xf8, 0x19,
	0xb4, 0x5d, 0xc6, 0x2e, 0x80, 0x9b, 0xe3, 0x71, 0x0d, 0xaf, 0x56,
	0xca, 0x34, 0xf1, 0x68, 0x87, 0x1c, 0xd9, 0x42, 0xbe, 0x75,
};

static uint8_t decoded(size_t i)
{
	return coded[i] ^ 0x2a;
}

/* It reads what is no object as well. */
__attribute__((no_sanitize("address", "undefined")))
static size_t hits_in(const uint8_t *from, const uint8_t *to)
{
	size_t n_hits = 0;

	for (; from + sizeof(coded) <= to; from++) {
		size_t i = 0;

		while (i < sizeof(coded) && from[i] == decoded(i)) {
			i++;
		}
		n_hits += i == sizeof(coded) ? 1 : 0;
	}
	return n_hits;
}

/* In all of the process's writable memory; a sanitizer's is too much. */
static size_t hits_in_memory(void)
{
	FILE *maps = fopen("/proc/self/maps", "re");
	char line[512];
	size_t n_hits = 0;

	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps) != NULL) {
		uintptr_t from;
		uintptr_t to;
		char mode[5];

		assert_int_equal(sscanf(line, "%" SCNxPTR "-%" SCNxPTR " %4s",
					&from, &to, mode), 3);
		if (strncmp(mode, "rw", 2) == 0 && to - from < 64 * MIB) {
			n_hits += hits_in((const uint8_t *)from,
					  (const uint8_t *)to);
		}
	}
	(void)fclose(maps);
	return n_hits;
}

static void nothing_of_a_stored_tgt_is_left_in_memory(void **state)
{
	struct stream *s = *state;
	struct kcm_cred tgt = kcm_tgt();
	char secret[sizeof(coded) + 1] = { 0 };
	/* Long enough for the message to be copied as it grows. */
	static char ticket[20000];
	struct cg_writer w = kcm_request(CG_KCM_INITIALIZE);

	kcm_put_name(&w, "1000");
	kcm_put_princ(&w, ALICE);
	send_request(s, &w);
	assert_int_equal(reply_status(s), 0);
	for (size_t i = 0; i < sizeof(coded); i++) {
		/* The cast: a byte is a byte. */
		secret[i] = (char)decoded(i);
	}
	memset(ticket, 't', sizeof(ticket) - 1);
	memcpy(ticket + 10000, secret, sizeof(coded));
	tgt.key = secret;
	tgt.ticket = ticket;
	w = kcm_request(CG_KCM_STORE);
	kcm_put_name(&w, "1000");
	kcm_put_cred(&w, &tgt);
	send_request(s, &w);
	assert_int_equal(hits_in_memory(), 4);
	explicit_bzero(secret, sizeof(secret));
	explicit_bzero(ticket, sizeof(ticket));
	explicit_bzero(w.data, w.len);
	assert_int_equal(reply_status(s), 0);
	assert_int_equal(s->f->acquire.n_held, 1);
	assert_int_equal(hits_in_memory(), 0);
}

static void an_account_has_its_own_and_a_common_limit(void **state)
{
	const struct cg_kcm_account_quota quota = { 100, 150 };
	TALLOC_CTX *top = talloc_new(NULL);
	struct cg_kcm_accounts *all = cg_kcm_accounts_open(top, &quota);
	struct cg_kcm_account *a;
	struct cg_kcm_account *b;
	uint8_t *buffer;
	uint8_t *other;

	(void)state;
	assert_int_equal(cg_kcm_account_hold(top, all, 1, &a), CG_OK);
	assert_int_equal(cg_kcm_account_hold(top, all, 2, &b), CG_OK);
	assert_int_equal(cg_kcm_account_buffer(top, a, 101, &buffer),
			 CG_E_LIMIT);
	assert_int_equal(cg_kcm_account_buffer(top, a, 100, &buffer), CG_OK);
	assert_int_equal(cg_kcm_account_charge(top, a, 1), CG_E_LIMIT);
	assert_int_equal(cg_kcm_account_charge(top, b, UINT64_MAX),
			 CG_E_LIMIT);
	assert_int_equal(cg_kcm_account_buffer(top, b, 51, &other),
			 CG_E_LIMIT);
	assert_int_equal(cg_kcm_account_buffer(top, b, 50, &other), CG_OK);
	TALLOC_FREE(buffer);
	assert_int_equal(cg_kcm_account_used(all), 50);
	assert_int_equal(cg_kcm_account_charge(top, b, 50), CG_OK);
	talloc_free(top);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_request_may_come_byte_by_byte),
		TEST(requests_sent_at_once_are_answered_in_turn),
		TEST(a_request_that_waits_makes_the_next_one_wait),
		TEST(a_request_too_short_for_an_opcode_gets_an_error),
		TEST(a_length_beyond_the_limit_ends_the_connection),
		TEST(memory_grows_with_the_bytes_that_came),
		TEST(the_end_in_the_middle_ends_the_connection),
		TEST(an_unfinished_request_is_not_waited_for_long),
		TEST(a_silent_connection_may_stay),
		TEST(a_client_that_never_reads_is_not_waited_for_long),
		TEST(a_client_that_reads_slowly_gets_all),
		TEST(who_hangs_up_while_the_vault_works_harms_nobody),
		TEST(many_half_open_connections_leave_room_for_another),
		TEST(nothing_of_a_stored_tgt_is_left_in_memory),
		cmocka_unit_test(an_account_has_its_own_and_a_common_limit),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
