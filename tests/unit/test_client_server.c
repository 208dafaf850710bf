/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The client protocol, asked properly, wrongly, twice and by others. */
#include "isolated-helper/broker/client_server.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>
#include <cmocka.h>

#include "idl/limits.h"
#include "isolated-helper/broker/acquire.h"
#include "isolated-helper/broker/ccache_collection.h"
#include "isolated-helper/broker/conn_limit.h"
#include "isolated-helper/broker/host.h"
#include "isolated-helper/broker/kdc_list.h"
#include "isolated-helper/broker/relay.h"
#include "isolated-helper/broker/session.h"
#include "isolated-helper/broker/ticket.h"
#include "isolated-helper/broker/vault.h"
#include "tests/unit/fake_vault.h"
#include "tests/unit/tcp_kdc.h"

#define ALICE 1000
#define BOB 1001

struct world {
	struct tevent_context *ev;
	struct fake_vault *fake;
	struct tcp_kdc *kdc;
	struct cg_fixed_kdcs fixed;
	struct cg_vault *vault;
	struct cg_kdc_list *list;
	struct cg_relay *relay;
	struct cg_acquire *acquire;
	struct cg_ccaches *ccaches;
	struct cg_sessions *sessions;
	struct cg_client_server *server;
	struct cg_conn_limit *limit;
	uint8_t msg[8192];
	size_t len;
	struct cg_header header;	/* of the last answer */
	struct cg_reader body;
};

static void lost(const char *why, void *arg)
{
	(void)arg;
	fail_msg("the vault is lost: %s", why);
}

static void forget(uid_t uid, struct cg_handle kept, void *arg)
{
	struct world *w = arg;

	cg_acquire_forget(w->acquire, uid, kept);
}

static void open_server(struct world *w)
{
	const struct cg_conn_quota quota = { 100, 1000 };
	const struct cg_client_services services = {
		.ev = w->ev,
		.vault = w->vault,
		.acquire = w->acquire,
		.ccaches = w->ccaches,
		.sessions = w->sessions,
		.hello = { CG_WIRE_VERSION, 0x55, 7 },
		.started = 99,
		.has_peer_pidfd = true,
	};

	w->server = cg_client_server_open(w, &services);
	w->limit = cg_conn_limit_open(w, &quota);
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
	const struct cg_relay_times times = { 2, 1 };
	const struct cg_quota quota = {
		.caches_per_uid = 4,
		.tickets_per_cache = 100,
		.bytes_per_uid = 1 << 20,
	};

	strcpy(w->fixed.realm.text, FAKE_REALM);
	w->fixed.hosts[0] = talloc_asprintf(w, "127.0.0.1:%u", w->kdc->port);
	w->vault = cg_vault_open(w, w->ev, &channel);
	w->list = cg_kdc_list_open(w, w->ev, &sources);
	w->relay = cg_relay_open(w, w->ev, w->list, &times);
	w->acquire = cg_acquire_open(w, w->ev, w->vault, w->relay);
	w->ccaches = cg_ccaches_open(w, &quota, forget, w);
}

static int set_up(void **state)
{
	struct world *w = talloc_zero(NULL, struct world);

	w->ev = tevent_context_init(w);
	w->fake = fake_vault_open(w, w->ev);
	w->kdc = tcp_kdc_open(w, w->ev, KDC_GOOD);
	open_parts(w);
	open_server(w);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	talloc_free(w->limit);
	talloc_free(w->server);
	talloc_free(w->ccaches);
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

/* A connection of uid; the test's end of it. */
static int come_as(struct world *w, uid_t uid)
{
	struct cg_peer peer = {
		.uid = uid, .pid = 1, .pidfd = CG_PEER_NO_PIDFD,
	};
	struct cg_conn *conn;
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0,
				    pair), 0);
	assert_int_equal(cg_conn_open(w->limit, pair[0], &peer, &conn), CG_OK);
	cg_client_serve(conn, w->server);
	return pair[1];
}

/* Bytes of the answer; 0: closed. */
static size_t receive(struct world *w, int fd)
{
	ssize_t n = -1;

	for (int i = 0; i < 1000 && n < 0; i++) {
		turn_for_ms(w, 2);
		n = recv(fd, w->msg, sizeof(w->msg), MSG_DONTWAIT);
	}
	if (n < 0) {
		fail_msg("no answer");
	}
	return (size_t)n;
}

static struct cg_writer begin(struct world *w, uint32_t op)
{
	const struct cg_header header = { .op = op, .id = 5 };
	struct cg_writer out = cg_writer_of(w->msg, sizeof(w->msg));

	assert_int_equal(cg_push_header(&out, &header), CG_OK);
	return out;
}

static void send_msg(struct world *w, int fd, const struct cg_writer *out)
{
	assert_int_equal(cg_writer_finish(out, &w->len), CG_OK);
	assert_int_equal(send(fd, w->msg, w->len, MSG_NOSIGNAL), (int)w->len);
}

static enum cg_status call(struct world *w, int fd,
			   const struct cg_writer *out)
{
	uint32_t op = w->msg[0];
	size_t n;

	send_msg(w, fd, out);
	n = receive(w, fd);
	assert_true(n >= CG_HEADER_LEN);
	w->body = cg_reader_of(w->msg, n);
	assert_int_equal(cg_pull_header(&w->body, &w->header), CG_OK);
	assert_int_equal(w->header.op, op);
	assert_int_equal(w->header.id, 5);
	if (w->header.status != 0) {
		assert_int_equal(n, CG_HEADER_LEN);
	}
	return (enum cg_status)w->header.status;
}

static enum cg_status greet(struct world *w, int fd, uint32_t version)
{
	const struct cg_client_hello_in in = { .version = version };
	struct cg_writer out = begin(w, CG_CLIENT_OP_HELLO);

	assert_int_equal(cg_push_client_hello_in(&out, &in), CG_OK);
	return call(w, fd, &out);
}

static int greeted(struct world *w, uid_t uid)
{
	int fd = come_as(w, uid);

	assert_int_equal(greet(w, fd, CG_WIRE_VERSION), CG_OK);
	return fd;
}

static struct cg_bytes text(const char *s)
{
	return (struct cg_bytes){ (const uint8_t *)s, strlen(s) };
}

static void assert_text(struct cg_bytes got, const char *want)
{
	char *copy = talloc_strndup(NULL, (const char *)got.data, got.len);

	assert_string_equal(copy, want);
	talloc_free(copy);
}

static struct cg_writer logon_message(struct world *w, const char *name,
				      const char *cache)
{
	static const uint8_t sealed[100] = { 1 };
	const struct cg_client_logon_in in = {
		.uid = CG_UID_ALL,
		.client = fake_principal(w, name, NULL),
		.sealed = { sealed, sizeof(sealed) },
		.cache = text(cache),
	};
	struct cg_writer out = begin(w, CG_CLIENT_OP_LOGON);

	assert_int_equal(cg_push_client_logon_in(&out, &in), CG_OK);
	return out;
}

static enum cg_status logon(struct world *w, int fd, const char *name,
			    const char *cache, struct cg_client_logon_out *rep)
{
	struct cg_writer out = logon_message(w, name, cache);
	enum cg_status st = call(w, fd, &out);

	*rep = (struct cg_client_logon_out){ .endtime = 0 };
	if (st == CG_OK) {
		assert_int_equal(cg_pull_client_logon_out(&w->body, rep),
				 CG_OK);
		assert_int_equal(cg_reader_finish(&w->body), CG_OK);
	}
	return st;
}

static enum cg_status list(struct world *w, int fd, uint64_t after,
			   uint32_t all, struct cg_client_list_out *rep)
{
	const struct cg_client_list_in in = {
		.after = after, .all = all,
	};
	struct cg_writer out = begin(w, CG_CLIENT_OP_LIST);
	enum cg_status st;

	assert_int_equal(cg_push_client_list_in(&out, &in), CG_OK);
	st = call(w, fd, &out);
	*rep = (struct cg_client_list_out){ .index = 0 };
	if (st == CG_OK) {
		assert_int_equal(cg_pull_client_list_out(&w->body, rep),
				 CG_OK);
		assert_int_equal(cg_reader_finish(&w->body), CG_OK);
	}
	return st;
}

static enum cg_status logoff(struct world *w, int fd, uint32_t all,
			     const char *cache, uint32_t *n)
{
	const struct cg_client_logoff_in in = {
		.all = all, .cache = text(cache),
	};
	struct cg_client_logoff_out rep = { .n_caches = 0 };
	struct cg_writer out = begin(w, CG_CLIENT_OP_LOGOFF);
	enum cg_status st;

	assert_int_equal(cg_push_client_logoff_in(&out, &in), CG_OK);
	st = call(w, fd, &out);
	if (st == CG_OK) {
		assert_int_equal(cg_pull_client_logoff_out(&w->body, &rep),
				 CG_OK);
	}
	*n = rep.n_caches;
	return st;
}

static enum cg_status renew(struct world *w, int fd, const char *cache,
			    struct cg_client_renew_out *rep)
{
	const struct cg_client_renew_in in = { .cache = text(cache) };
	struct cg_writer out = begin(w, CG_CLIENT_OP_RENEW);
	enum cg_status st;

	assert_int_equal(cg_push_client_renew_in(&out, &in), CG_OK);
	st = call(w, fd, &out);
	if (st == CG_OK) {
		assert_int_equal(cg_pull_client_renew_out(&w->body, rep),
				 CG_OK);
	}
	return st;
}

static void the_greeting_comes_first_and_once(void **state)
{
	struct world *w = *state;
	int fd = come_as(w, ALICE);
	const struct cg_client_hello_in hello = { CG_WIRE_VERSION };
	const struct cg_client_status_in in = { 0 };
	struct cg_writer out = begin(w, CG_CLIENT_OP_STATUS);

	assert_int_equal(cg_push_client_status_in(&out, &in), CG_OK);
	send_msg(w, fd, &out);
	assert_int_equal(receive(w, fd), 0);
	(void)close(fd);
	fd = greeted(w, ALICE);
	out = begin(w, CG_CLIENT_OP_HELLO);
	assert_int_equal(cg_push_client_hello_in(&out, &hello), CG_OK);
	send_msg(w, fd, &out);
	assert_int_equal(receive(w, fd), 0);
	(void)close(fd);
}

static void another_version_is_told_apart(void **state)
{
	struct world *w = *state;
	int fd = come_as(w, ALICE);

	assert_int_equal(greet(w, fd, CG_WIRE_VERSION + 1), CG_E_INVALID);
	assert_int_equal(greet(w, fd, CG_WIRE_VERSION), CG_OK);
	(void)close(fd);
}

static void status_tells_numbers(void **state)
{
	struct world *w = *state;
	const struct cg_client_status_in in = { 0 };
	struct cg_client_status_out rep;
	int fd = greeted(w, ALICE);
	struct cg_writer out = begin(w, CG_CLIENT_OP_STATUS);

	assert_int_equal(cg_push_client_status_in(&out, &in), CG_OK);
	assert_int_equal(call(w, fd, &out), CG_OK);
	assert_int_equal(cg_pull_client_status_out(&w->body, &rep), CG_OK);
	assert_int_equal(cg_reader_finish(&w->body), CG_OK);
	assert_int_equal(rep.protection, 0x55);
	assert_int_equal(rep.n_entries, 11);
	assert_int_equal(rep.arena_used, 14);
	assert_int_equal(rep.started, 99);
	assert_int_equal(rep.peerpidfd, 1);
	(void)close(fd);
}

static void a_logon_fills_the_default_cache(void **state)
{
	struct world *w = *state;
	struct cg_client_logon_out rep;
	struct cg_client_list_out row;
	int fd = greeted(w, ALICE);

	assert_int_equal(logon(w, fd, "alice", "", &rep), CG_OK);
	assert_text(rep.cache, "KCM:1000");
	assert_int_equal(rep.endtime, w->fake->endtime);
	assert_int_equal(rep.renew_till, w->fake->endtime + 1);
	assert_int_equal(list(w, fd, 0, 0, &row), CG_OK);
	assert_text(row.cache, "KCM:1000");
	assert_int_equal(row.uid, ALICE);
	assert_int_equal(row.is_default, 1);
	assert_int_equal(row.has_tgt, 1);
	assert_int_equal(row.endtime, w->fake->endtime);
	assert_int_equal(list(w, fd, row.index, 0, &row), CG_E_NOT_FOUND);
	(void)close(fd);
}

static void the_same_principal_again_takes_its_cache(void **state)
{
	struct world *w = *state;
	struct cg_client_logon_out rep;
	int fd = greeted(w, ALICE);

	assert_int_equal(logon(w, fd, "alice", "", &rep), CG_OK);
	w->fake->endtime++;
	assert_int_equal(logon(w, fd, "alice", "", &rep), CG_OK);
	assert_text(rep.cache, "KCM:1000");
	assert_int_equal(rep.endtime, w->fake->endtime);
	assert_int_equal(cg_ccaches_count(w->ccaches).caches, 1);
	/* The first TGT (password 101, exchange 102) is forgotten. */
	turn_for_ms(w, 20);
	assert_true(fake_vault_forgot(w->fake, 103));
	assert_int_equal(w->fake->n_forgotten, 1);
	(void)close(fd);
}

static void another_principal_gets_a_new_cache_and_the_default(void **state)
{
	struct world *w = *state;
	struct cg_client_logon_out rep;
	struct cg_client_list_out row;
	int fd = greeted(w, ALICE);
	char name[64];

	assert_int_equal(logon(w, fd, "alice", "", &rep), CG_OK);
	assert_int_equal(logon(w, fd, "bob", "", &rep), CG_OK);
	assert_true(rep.cache.len > 9 && rep.cache.len < sizeof(name));
	assert_memory_equal(rep.cache.data, "KCM:1000:", 9);
	memcpy(name, rep.cache.data, rep.cache.len);
	name[rep.cache.len] = '\0';
	assert_int_equal(list(w, fd, 0, 0, &row), CG_OK);
	assert_text(row.cache, "KCM:1000");
	assert_int_equal(row.is_default, 0);
	assert_int_equal(list(w, fd, row.index, 0, &row), CG_OK);
	assert_text(row.cache, name);
	assert_int_equal(row.is_default, 1);
	/* And back, as kinit does. */
	assert_int_equal(logon(w, fd, "alice", "", &rep), CG_OK);
	assert_text(rep.cache, "KCM:1000");
	assert_int_equal(list(w, fd, 0, 0, &row), CG_OK);
	assert_int_equal(row.is_default, 1);
	(void)close(fd);
}

static void a_named_cache_is_taken_and_the_default_stays(void **state)
{
	struct world *w = *state;
	struct cg_client_logon_out rep;
	struct cg_client_list_out row;
	int fd = greeted(w, ALICE);

	assert_int_equal(logon(w, fd, "alice", "", &rep), CG_OK);
	assert_int_equal(logon(w, fd, "bob", "KCM:1000:work", &rep), CG_OK);
	assert_text(rep.cache, "KCM:1000:work");
	assert_int_equal(logon(w, fd, "bob", "1000:work", &rep), CG_OK);
	assert_int_equal(list(w, fd, 0, 0, &row), CG_OK);
	assert_int_equal(row.is_default, 1);
	assert_int_equal(cg_ccaches_count(w->ccaches).caches, 2);
	(void)close(fd);
}

static void caches_of_others_are_out_of_reach(void **state)
{
	struct world *w = *state;
	struct cg_client_logon_out rep;
	struct cg_client_renew_out renewed;
	struct cg_client_list_out row;
	int alice = greeted(w, ALICE);
	int bob = greeted(w, BOB);
	int root = greeted(w, 0);
	uint32_t n;

	assert_int_equal(logon(w, alice, "alice", "", &rep), CG_OK);
	assert_int_equal(logon(w, bob, "bob", "KCM:1000:x", &rep),
			 CG_E_DENIED);
	assert_int_equal(w->fake->n_calls[CG_OP_IMPORT_PASSWORD], 1);
	assert_int_equal(renew(w, bob, "KCM:1000", &renewed), CG_E_DENIED);
	assert_int_equal(logoff(w, bob, 0, "1000", &n), CG_E_DENIED);
	assert_int_equal(list(w, bob, 0, 0, &row), CG_E_NOT_FOUND);
	assert_int_equal(list(w, bob, 0, 1, &row), CG_E_DENIED);
	/* Root may look, and no more. */
	assert_int_equal(renew(w, root, "KCM:1000", &renewed), CG_E_DENIED);
	assert_int_equal(logoff(w, root, 0, "1000", &n), CG_E_DENIED);
	assert_int_equal(list(w, root, 0, 0, &row), CG_E_NOT_FOUND);
	assert_int_equal(list(w, root, 0, 1, &row), CG_OK);
	assert_int_equal(row.uid, ALICE);
	(void)close(alice);
	(void)close(bob);
	(void)close(root);
}

static void a_refused_logon_leaves_everything_as_it_was(void **state)
{
	struct world *w = *state;
	struct cg_client_logon_out rep;
	struct cg_client_list_out row;
	int fd = greeted(w, ALICE);

	assert_int_equal(logon(w, fd, "alice", "", &rep), CG_OK);
	w->fake->fails[CG_OP_ABSORB_AS_REP] = CG_E_KRB5;
	w->fake->detail = (uint32_t)-1765328360;
	assert_int_equal(logon(w, fd, "alice", "", &rep), CG_E_KRB5);
	assert_int_equal(w->header.detail, (uint32_t)-1765328360);
	assert_int_equal(list(w, fd, 0, 0, &row), CG_OK);
	assert_int_equal(row.has_tgt, 1);
	(void)close(fd);
}

static void a_tgt_that_finds_no_place_is_forgotten(void **state)
{
	struct world *w = *state;
	struct cg_client_logon_out rep;
	int fd = greeted(w, ALICE);

	assert_int_equal(logon(w, fd, "a", "1000:1", &rep), CG_OK);
	assert_int_equal(logon(w, fd, "a", "1000:2", &rep), CG_OK);
	assert_int_equal(logon(w, fd, "a", "1000:3", &rep), CG_OK);
	assert_int_equal(logon(w, fd, "a", "1000:4", &rep), CG_OK);
	assert_int_equal(logon(w, fd, "a", "1000:5", &rep), CG_E_LIMIT);
	turn_for_ms(w, 20);
	assert_int_equal(w->fake->n_forgotten, 1);
	assert_true(fake_vault_forgot(w->fake, 115));
	(void)close(fd);
}

static void what_is_no_principal_cannot_sign_in(void **state)
{
	struct world *w = *state;
	static const uint8_t sealed[100] = { 1 };
	const struct cg_client_logon_in in = {
		.uid = CG_UID_ALL,
		.client = text("alice@EXAMPLE.TEST"),
		.sealed = { sealed, sizeof(sealed) },
	};
	int fd = greeted(w, ALICE);
	struct cg_writer out = begin(w, CG_CLIENT_OP_LOGON);

	assert_int_equal(cg_push_client_logon_in(&out, &in), CG_OK);
	assert_int_equal(call(w, fd, &out), CG_E_INVALID);
	assert_int_equal(w->fake->n_calls[CG_OP_IMPORT_PASSWORD], 0);
	(void)close(fd);
}

static void a_renewal_shows_the_new_times(void **state)
{
	struct world *w = *state;
	struct cg_client_logon_out rep;
	struct cg_client_renew_out renewed;
	struct cg_client_list_out row;
	int fd = greeted(w, ALICE);

	assert_int_equal(renew(w, fd, "", &renewed), CG_E_NOT_FOUND);
	assert_int_equal(logon(w, fd, "alice", "", &rep), CG_OK);
	w->fake->gives_no_ticket = true;
	w->fake->endtime += 100;
	assert_int_equal(renew(w, fd, "", &renewed), CG_OK);
	assert_int_equal(renewed.endtime, w->fake->endtime);
	assert_int_equal(list(w, fd, 0, 0, &row), CG_OK);
	assert_int_equal(row.endtime, w->fake->endtime);
	turn_for_ms(w, 20);
	assert_int_equal(w->fake->n_forgotten, 0);
	(void)close(fd);
}

static void logoff_erases_one_or_all(void **state)
{
	struct world *w = *state;
	struct cg_client_logon_out rep;
	int fd = greeted(w, ALICE);
	uint32_t n;

	assert_int_equal(logoff(w, fd, 0, "", &n), CG_E_NOT_FOUND);
	assert_int_equal(logon(w, fd, "alice", "", &rep), CG_OK);
	assert_int_equal(logon(w, fd, "bob", "", &rep), CG_OK);
	assert_int_equal(logoff(w, fd, 0, "KCM:1000", &n), CG_OK);
	assert_int_equal(n, 1);
	assert_int_equal(cg_ccaches_count(w->ccaches).caches, 1);
	assert_int_equal(logon(w, fd, "alice", "", &rep), CG_OK);
	assert_int_equal(w->fake->n_calls[CG_OP_FORGET_UID], 0);
	assert_int_equal(logoff(w, fd, 1, "", &n), CG_OK);
	assert_int_equal(n, 2);
	assert_int_equal(w->fake->n_forgotten, 3);
	assert_int_equal(w->fake->n_calls[CG_OP_FORGET_UID], 1);
	assert_int_equal(cg_ccaches_count(w->ccaches).caches, 0);
	(void)close(fd);
}

static void assert_closes(struct world *w, const void *msg, size_t len)
{
	int fd = greeted(w, ALICE);

	assert_int_equal(send(fd, msg, len, 0), (int)len);
	assert_int_equal(receive(w, fd), 0);
	(void)close(fd);
}

static void malformed_messages_close_the_connection(void **state)
{
	struct world *w = *state;
	struct cg_writer out = logon_message(w, "alice", "");
	uint8_t whole[512];
	uint8_t changed[512];
	size_t len;

	assert_int_equal(cg_writer_finish(&out, &len), CG_OK);
	memcpy(whole, w->msg, len);
	whole[len] = 0;
	for (size_t n = 1; n < len; n++) {
		assert_closes(w, whole, n);
	}
	assert_closes(w, whole, len + 1);
	for (size_t at = 0; at < 16; at += 4) {
		if (at == 4) {
			continue;	/* the id may be anything */
		}
		memcpy(changed, whole, len);
		memset(changed + at, 0xff, 4);
		assert_closes(w, changed, len);
	}
	/* 4 GiB of a principal. */
	memcpy(changed, whole, len);
	memset(changed + CG_HEADER_LEN + 16, 0xff, 4);
	assert_closes(w, changed, len);
	assert_int_equal(w->fake->n_calls[CG_OP_IMPORT_PASSWORD], 0);
	assert_int_equal(cg_conn_limit_count(w->limit, ALICE), 0);
}

static void messages_too_large_or_with_descriptors_close(void **state)
{
	struct world *w = *state;
	uint8_t *large = talloc_zero_array(w, uint8_t, 150000);
	union {
		struct cmsghdr align;
		char room[CMSG_SPACE(sizeof(int))];
	} control = { .room = { 0 } };
	struct iovec iov = { large, 20 };
	struct msghdr msg = {
		.msg_iov = &iov, .msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room),
	};
	struct cmsghdr *c = CMSG_FIRSTHDR(&msg);
	int fd = greeted(w, ALICE);

	assert_closes(w, large, 150000);
	large[0] = CG_CLIENT_OP_STATUS;
	c->cmsg_level = SOL_SOCKET;
	c->cmsg_type = SCM_RIGHTS;
	c->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(c), &fd, sizeof(int));
	assert_true(sendmsg(fd, &msg, 0) > 0);
	assert_int_equal(receive(w, fd), 0);
	(void)close(fd);
}

static double cpu_s(void)
{
	struct timespec t;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static void who_gives_up_a_logon_is_not_signed_in(void **state)
{
	struct world *w = *state;
	int fd = greeted(w, ALICE);
	struct cg_writer out = logon_message(w, "alice", "");
	struct cg_client_list_out none;

	w->kdc->kind = KDC_SLOW;
	send_msg(w, fd, &out);
	turn_for_ms(w, 50);
	(void)close(fd);
	turn_for_ms(w, 50);
	assert_int_equal(cg_conn_limit_count(w->limit, ALICE), 0);
	turn_for_ms(w, 1900);
	assert_int_equal(w->fake->n_calls[CG_OP_ABSORB_AS_REP], 1);
	/* The TGT came all the same (password 101, exchange 102). */
	assert_true(fake_vault_forgot(w->fake, 103));
	assert_int_equal(list(w, greeted(w, ALICE), 0, 0, &none),
			 CG_E_NOT_FOUND);
}

static void who_goes_away_under_way_does_no_harm(void **state)
{
	struct world *w = *state;
	int fd = greeted(w, ALICE);
	struct cg_writer out = logon_message(w, "alice", "");
	double cpu;

	w->kdc->kind = KDC_SILENT;
	send_msg(w, fd, &out);
	turn_for_ms(w, 50);
	(void)close(fd);
	cpu = cpu_s();
	turn_for_ms(w, 500);
	assert_true(cpu_s() - cpu < 0.1);
	turn_for_ms(w, 2000);
	assert_int_equal(cg_conn_limit_count(w->limit, ALICE), 0);
	/* The exchange (password 101) is erased. */
	assert_true(fake_vault_forgot(w->fake, 102));
}

static void the_next_request_waits_for_the_answer_to_the_first(void **state)
{
	struct world *w = *state;
	int fd = greeted(w, ALICE);
	struct cg_writer out = logon_message(w, "alice", "");
	const struct cg_client_status_in in = { 0 };
	double cpu;

	w->kdc->kind = KDC_SILENT;
	send_msg(w, fd, &out);
	turn_for_ms(w, 20);
	out = begin(w, CG_CLIENT_OP_STATUS);
	assert_int_equal(cg_push_client_status_in(&out, &in), CG_OK);
	send_msg(w, fd, &out);
	cpu = cpu_s();
	turn_for_ms(w, 500);
	assert_true(cpu_s() - cpu < 0.1);
	assert_true(receive(w, fd) >= CG_HEADER_LEN);
	assert_int_equal(w->msg[0], CG_CLIENT_OP_LOGON);
	assert_true(receive(w, fd) > CG_HEADER_LEN);
	assert_int_equal(w->msg[0], CG_CLIENT_OP_STATUS);
	(void)close(fd);
}

static void who_never_reads_is_closed(void **state)
{
	struct world *w = *state;
	int fd = greeted(w, ALICE);
	const struct cg_client_status_in in = { 0 };
	struct cg_writer out = begin(w, CG_CLIENT_OP_STATUS);
	size_t len;

	assert_int_equal(cg_push_client_status_in(&out, &in), CG_OK);
	assert_int_equal(cg_writer_finish(&out, &len), CG_OK);
	for (int i = 0; i < 5000; i++) {
		ssize_t n = send(fd, w->msg, len,
				 MSG_DONTWAIT | MSG_NOSIGNAL);

		if (n < 0) {
			turn_for_ms(w, 1);
		}
		if (cg_conn_limit_count(w->limit, ALICE) == 0) {
			break;
		}
	}
	assert_int_equal(cg_conn_limit_count(w->limit, ALICE), 0);
	(void)close(fd);
	assert_int_equal(greet(w, come_as(w, ALICE), CG_WIRE_VERSION), CG_OK);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(the_greeting_comes_first_and_once),
		TEST(another_version_is_told_apart),
		TEST(status_tells_numbers),
		TEST(a_logon_fills_the_default_cache),
		TEST(the_same_principal_again_takes_its_cache),
		TEST(another_principal_gets_a_new_cache_and_the_default),
		TEST(a_named_cache_is_taken_and_the_default_stays),
		TEST(caches_of_others_are_out_of_reach),
		TEST(a_refused_logon_leaves_everything_as_it_was),
		TEST(a_tgt_that_finds_no_place_is_forgotten),
		TEST(what_is_no_principal_cannot_sign_in),
		TEST(a_renewal_shows_the_new_times),
		TEST(logoff_erases_one_or_all),
		TEST(malformed_messages_close_the_connection),
		TEST(messages_too_large_or_with_descriptors_close),
		TEST(who_gives_up_a_logon_is_not_signed_in),
		TEST(who_goes_away_under_way_does_no_harm),
		TEST(the_next_request_waits_for_the_answer_to_the_first),
		TEST(who_never_reads_is_closed),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
