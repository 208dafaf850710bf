/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the plug-ins ask the broker for: service tickets and NTLM answers. */
#include "isolated-helper/broker/client_ops.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "idl/limits.h"
#include "isolated-helper/broker/acquire.h"
#include "isolated-helper/broker/ccache.h"
#include "isolated-helper/broker/client_late.h"
#include "isolated-helper/broker/client_server.h"
#include "isolated-helper/broker/host.h"
#include "isolated-helper/broker/kdc_list.h"
#include "isolated-helper/broker/peer.h"
#include "isolated-helper/broker/rate.h"
#include "isolated-helper/broker/relay.h"
#include "isolated-helper/broker/ticket.h"
#include "isolated-helper/broker/vault.h"
#include "tests/unit/fake_vault.h"
#include "tests/unit/tcp_kdc.h"

#define ALICE 1000U
#define BOB 1001U
#define TGT 77U			/* alice's, as the vault calls it */
#define PER_MINUTE 5U
#define TARGET "cifs/fs1.example.test"

struct world {
	struct tevent_context *ev;
	struct fake_vault *fake;
	struct cg_fixed_kdcs fixed;
	struct cg_relay *relay;
	struct cg_kdc_list *list;
	struct cg_client_services services;
	struct cg_peer peer;
	struct cg_client client;
	uint8_t request[4096];
	size_t len;
	uint8_t reply[CG_MSG_MAX];
	struct cg_reader body;
	uint32_t detail;
};

/* One operation of the client protocol. */
struct op {
	struct tevent_req *(*send)(TALLOC_CTX *mem_ctx,
				   const struct cg_client *client,
				   struct cg_reader *in);
	enum cg_status (*recv)(struct tevent_req *req, struct cg_writer *out,
			       uint32_t *detail);
	void (*write)(struct world *w);		/* a good request */
	enum cg_op asks;
};

static struct cg_bytes text(const char *s)
{
	return (struct cg_bytes){ (const uint8_t *)s, strlen(s) };
}

static void lost(const char *why, void *arg)
{
	(void)arg;
	fail_msg("the vault is lost: %s", why);
}

static void forget(uid_t uid, struct cg_handle kept, void *arg)
{
	(void)uid;
	(void)kept;
	(void)arg;
}

static void open_services(struct world *w)
{
	struct tcp_kdc *kdc = tcp_kdc_open(w, w->ev, KDC_GOOD);
	const struct cg_vault_channel channel = {
		w->fake->broker_end, 10, lost, w
	};
	const struct cg_kdc_sources sources = {
		.locate_program = cg_host_program(w, "../../credguard-locate"),
		.fixed = &w->fixed,
		.n_fixed = 1,
	};
	const struct cg_relay_times times = { 2, 1 };
	const struct cg_quota quota = {
		.caches_per_uid = 4, .tickets_per_cache = 100,
		.bytes_per_uid = 1 << 20,
	};
	struct cg_client_services *s = &w->services;

	strcpy(w->fixed.realm.text, FAKE_REALM);
	w->fixed.hosts[0] = talloc_asprintf(w, "127.0.0.1:%u", kdc->port);
	s->ev = w->ev;
	s->vault = cg_vault_open(w, w->ev, &channel);
	w->list = cg_kdc_list_open(w, w->ev, &sources);
	w->relay = cg_relay_open(w, w->ev, w->list, &times);
	s->acquire = cg_acquire_open(w, w->ev, s->vault, w->relay);
	s->ccaches = cg_ccaches_open(w, &quota, forget, w);
	s->ntlm_rate = cg_rate_open(w, PER_MINUTE);
}

static void give_tgt(struct world *w)
{
	struct cg_bytes alice = fake_principal(w, "alice", NULL);
	struct cg_bytes krbtgt = fake_principal(w, "krbtgt", FAKE_REALM);
	struct cg_ticket *t = cg_ticket_new(w);
	struct cg_ccache *cache;

	assert_int_equal(cg_ticket_set(t, &t->client, alice), CG_OK);
	assert_int_equal(cg_ticket_set(t, &t->server, krbtgt), CG_OK);
	t->kept.v = TGT;
	t->times.endtime = w->fake->endtime;
	assert_int_equal(cg_ccache_initialize(w->services.ccaches, ALICE,
					      text(""), alice, &cache),
			 CG_OK);
	assert_int_equal(cg_ccache_store(cache, t), CG_OK);
}

static int set_up(void **state)
{
	struct world *w = talloc_zero(NULL, struct world);

	w->ev = tevent_context_init(w);
	w->fake = fake_vault_open(w, w->ev);
	open_services(w);
	give_tgt(w);
	w->peer = (struct cg_peer){ .uid = ALICE, .pid = 1,
				    .pidfd = CG_PEER_NO_PIDFD };
	w->client = (struct cg_client){ .services = &w->services,
					.peer = &w->peer };
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	talloc_free(w->services.ccaches);
	talloc_free(w->services.acquire);
	talloc_free(w->relay);
	talloc_free(w->list);
	talloc_free(w->services.vault);
	talloc_free(w);
	return 0;
}

static void finish(struct world *w, const struct cg_writer *out)
{
	assert_int_equal(cg_writer_finish(out, &w->len), CG_OK);
}

static struct cg_writer begin(struct world *w)
{
	return cg_writer_of(w->request, sizeof(w->request));
}

static void write_ticket_for(struct world *w, struct cg_bytes server)
{
	const struct cg_client_make_ticket_in in = { .server = server };
	struct cg_writer out = begin(w);

	assert_int_equal(cg_push_client_make_ticket_in(&out, &in), CG_OK);
	finish(w, &out);
}

static void write_ticket(struct world *w)
{
	write_ticket_for(w, fake_principal(w, "cifs", "fs1.example.test"));
}

static void write_response_of(struct world *w, const char *cache)
{
	const struct cg_client_make_ntlm_response_in in = {
		.cache = text(cache), .negotiate = text("negotiate"),
		.challenge = text("a challenge"), .target = text(TARGET),
		.channel_bindings = text("sixteen bytes ok"),
	};
	struct cg_writer out = begin(w);

	assert_int_equal(cg_push_client_make_ntlm_response_in(&out, &in),
			 CG_OK);
	finish(w, &out);
}

static void write_response(struct world *w)
{
	write_response_of(w, "");
}

static void write_authenticate_of(struct world *w, const char *negotiate)
{
	const struct cg_client_make_ntlm_authenticate_in in = {
		.negotiate = text(negotiate), .challenge = text("a challenge"),
	};
	struct cg_writer out = begin(w);

	assert_int_equal(cg_push_client_make_ntlm_authenticate_in(&out, &in),
			 CG_OK);
	finish(w, &out);
}

static void write_authenticate(struct world *w)
{
	write_authenticate_of(w, "negotiate");
}

static const struct op ticket = {
	cg_client_make_ticket_send, cg_client_make_ticket_recv, write_ticket,
	CG_OP_MAKE_TGS_REQ };
static const struct op response = {
	cg_client_make_ntlm_response_send, cg_client_make_ntlm_response_recv,
	write_response, CG_OP_MAKE_NTLM_RESPONSE };
static const struct op authenticate = {
	cg_client_make_ntlm_authenticate_send,
	cg_client_make_ntlm_authenticate_recv, write_authenticate,
	CG_OP_MAKE_NTLM_AUTHENTICATE };
static const struct op *const ops[] = { &ticket, &response, &authenticate };

#define N_OPS (sizeof(ops) / sizeof(ops[0]))

/* The request that was written, or its first bytes. */
static enum cg_status ask_len(struct world *w, const struct op *op, size_t len)
{
	struct cg_reader in = cg_reader_of(w->request, len);
	struct cg_writer out = cg_writer_of(w->reply, sizeof(w->reply));
	struct tevent_req *req = op->send(w, &w->client, &in);
	enum cg_status st;
	size_t n;

	assert_non_null(req);
	assert_true(tevent_req_poll(req, w->ev));
	st = op->recv(req, &out, &w->detail);
	talloc_free(req);
	assert_int_equal(cg_writer_finish(&out, &n), CG_OK);
	w->body = cg_reader_of(w->reply, n);
	if (st != CG_OK) {
		assert_int_equal(n, 0);
	}
	return st;
}

static enum cg_status ask(struct world *w, const struct op *op)
{
	return ask_len(w, op, w->len);
}

static enum cg_status ask_well(struct world *w, const struct op *op)
{
	op->write(w);
	return ask(w, op);
}

static uint32_t n_asked(const struct world *w, const struct op *op)
{
	return w->fake->n_calls[op->asks];
}

static void assert_bytes(struct cg_bytes got, const char *want)
{
	assert_int_equal(got.len, strlen(want));
	assert_memory_equal(got.data, want, got.len);
}

static void a_service_ticket_is_made_once_and_kept(void **state)
{
	struct world *w = *state;
	struct cg_client_make_ticket_out rep;

	for (int i = 0; i < 2; i++) {
		assert_int_equal(ask_well(w, &ticket), CG_OK);
		assert_int_equal(cg_pull_client_make_ticket_out(&w->body,
								&rep), CG_OK);
		assert_int_equal(cg_reader_finish(&w->body), CG_OK);
		assert_bytes(rep.ticket, FAKE_TICKET);
		assert_int_equal(rep.session_key.len, 16);
		assert_memory_equal(rep.session_key.data, FAKE_SESSION_KEY,
				    16);
		assert_int_equal(rep.enctype, 18);
		assert_int_equal(n_asked(w, &ticket), 1);
	}
}

static void a_ticket_for_more_tickets_is_not_made(void **state)
{
	struct world *w = *state;

	write_ticket_for(w, fake_principal(w, "krbtgt", FAKE_REALM));
	assert_int_equal(ask(w, &ticket), CG_E_DENIED);
	write_ticket_for(w, fake_principal(w, "krbtgt", "OTHER.TEST"));
	assert_int_equal(ask(w, &ticket), CG_E_DENIED);
	assert_int_equal(n_asked(w, &ticket), 0);
	/* By whatever name: what the vault keeps does not leave. */
	w->fake->gives_no_ticket = true;
	assert_int_equal(ask_well(w, &ticket), CG_E_DENIED);
	assert_int_equal(n_asked(w, &ticket), 1);
}

static void a_name_that_is_none_is_not_asked_for(void **state)
{
	struct world *w = *state;

	write_ticket_for(w, text("cifs/fs1"));
	assert_int_equal(ask(w, &ticket), CG_E_INVALID);
	assert_int_equal(n_asked(w, &ticket), 0);
}

static void an_answer_is_the_vaults_for_the_callers_own_entry(void **state)
{
	struct world *w = *state;
	struct cg_client_make_ntlm_response_out rep;

	assert_int_equal(ask_well(w, &response), CG_OK);
	assert_int_equal(cg_pull_client_make_ntlm_response_out(&w->body, &rep),
			 CG_OK);
	assert_int_equal(cg_reader_finish(&w->body), CG_OK);
	assert_bytes(rep.response, FAKE_ANSWER);
	assert_bytes(rep.user, "alice");
	assert_bytes(rep.domain, FAKE_REALM);
	assert_memory_equal(rep.session_base_key.data, FAKE_SESSION_KEY, 16);
	assert_int_equal(w->fake->ntlm.uid, ALICE);
	assert_int_equal(w->fake->ntlm.tgt, TGT);
	assert_int_equal(w->fake->ntlm.negotiate, strlen("negotiate"));
	assert_int_equal(w->fake->ntlm.challenge, strlen("a challenge"));
	assert_int_equal(w->fake->ntlm.target, strlen(TARGET));
	assert_int_equal(w->fake->ntlm.bindings, 16);
}

static void a_whole_message_is_the_vaults_also_without_a_first_one(
	void **state)
{
	struct world *w = *state;
	struct cg_client_make_ntlm_authenticate_out rep;

	assert_int_equal(ask_well(w, &authenticate), CG_OK);
	assert_int_equal(cg_pull_client_make_ntlm_authenticate_out(&w->body,
								   &rep),
			 CG_OK);
	assert_bytes(rep.authenticate, FAKE_ANSWER);
	assert_memory_equal(rep.session_key.data, FAKE_SESSION_KEY, 16);
	assert_int_equal(w->fake->ntlm.tgt, TGT);
	assert_int_equal(w->fake->ntlm.negotiate, strlen("negotiate"));
	/* Whether it may be so is for the vault to say. */
	write_authenticate_of(w, "");
	assert_int_equal(ask(w, &authenticate), CG_OK);
	assert_int_equal(w->fake->ntlm.negotiate, 0);
	w->fake->fails[CG_OP_MAKE_NTLM_AUTHENTICATE] = CG_E_DENIED;
	assert_int_equal(ask(w, &authenticate), CG_E_DENIED);
}

static void nobody_uses_what_is_anothers(void **state)
{
	struct world *w = *state;

	w->peer.uid = BOB;
	for (size_t i = 0; i < N_OPS; i++) {
		assert_int_equal(ask_well(w, ops[i]), CG_E_NOT_FOUND);
		assert_int_equal(n_asked(w, ops[i]), 0);
	}
	write_response_of(w, "KCM:1000");
	assert_int_equal(ask(w, &response), CG_E_DENIED);
	assert_int_equal(n_asked(w, &response), 0);
}

static void root_as_itself_gets_no_answer(void **state)
{
	struct world *w = *state;

	w->peer.uid = 0;
	assert_int_equal(ask_well(w, &response), CG_E_DENIED);
	assert_int_equal(ask_well(w, &authenticate), CG_E_DENIED);
	assert_int_equal(n_asked(w, &response), 0);
	assert_int_equal(n_asked(w, &authenticate), 0);
}

static void answers_are_counted_together(void **state)
{
	struct world *w = *state;

	for (uint32_t i = 0; i < PER_MINUTE; i++) {
		assert_int_equal(ask_well(w, ops[1 + i % 2]), CG_OK);
	}
	assert_int_equal(ask_well(w, &response), CG_E_LIMIT);
	assert_int_equal(ask_well(w, &authenticate), CG_E_LIMIT);
	assert_int_equal(n_asked(w, &response) + n_asked(w, &authenticate),
			 PER_MINUTE);
	/* Tickets are no answers. */
	assert_int_equal(ask_well(w, &ticket), CG_OK);
}

static void what_the_vault_refuses_is_refused(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < N_OPS; i++) {
		w->fake->fails[ops[i]->asks] = CG_E_LIMIT;
		assert_int_equal(ask_well(w, ops[i]), CG_E_LIMIT);
		assert_int_equal(n_asked(w, ops[i]), 1);
	}
}

static void only_the_whole_request_is_one(void **state)
{
	struct world *w = *state;

	for (size_t i = 0; i < N_OPS; i++) {
		ops[i]->write(w);
		for (size_t n = 0; n < w->len; n++) {
			assert_int_equal(ask_len(w, ops[i], n), CG_E_PROTO);
		}
		w->request[w->len] = 0;
		assert_int_equal(ask_len(w, ops[i], w->len + 1), CG_E_PROTO);
		assert_int_equal(n_asked(w, ops[i]), 0);
	}
}

static void an_answer_is_written_down_once_it_is_sent(void **state)
{
	struct world *w = *state;
	size_t idle;

	w->client.late = cg_client_late_open(w);
	idle = talloc_total_blocks(w->client.late);
	assert_int_equal(ask_well(w, &response), CG_OK);
	assert_true(talloc_total_blocks(w->client.late) > idle);
	cg_client_late_write(w->client.late);
	assert_int_equal(talloc_total_blocks(w->client.late), idle);
	/* A refusal does not wait. */
	w->fake->fails[CG_OP_MAKE_NTLM_RESPONSE] = CG_E_DENIED;
	assert_int_equal(ask_well(w, &response), CG_E_DENIED);
	assert_int_equal(talloc_total_blocks(w->client.late), idle);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_service_ticket_is_made_once_and_kept),
		TEST(a_ticket_for_more_tickets_is_not_made),
		TEST(a_name_that_is_none_is_not_asked_for),
		TEST(an_answer_is_the_vaults_for_the_callers_own_entry),
		TEST(a_whole_message_is_the_vaults_also_without_a_first_one),
		TEST(nobody_uses_what_is_anothers),
		TEST(root_as_itself_gets_no_answer),
		TEST(answers_are_counted_together),
		TEST(what_the_vault_refuses_is_refused),
		TEST(only_the_whole_request_is_one),
		TEST(an_answer_is_written_down_once_it_is_sent),
	};

	return cmocka_run_group_tests_name("client_make", tests, NULL, NULL);
}
