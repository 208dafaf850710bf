/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A service ticket for a program that has no use for a whole cache: the one of
 * the cache, or a new one, as KCM's RETRIEVE has it (kcm_op_retrieve.c). */
#include "isolated-helper/broker/client_ops.h"

#include <string.h>

#include "isolated-helper/broker/acquire.h"
#include "isolated-helper/broker/audit.h"
#include "isolated-helper/broker/ccache_collection.h"
#include "isolated-helper/broker/ccache_lookup.h"
#include "isolated-helper/broker/ccache_match.h"
#include "isolated-helper/broker/ccache_princ.h"
#include "isolated-helper/broker/client_server.h"
#include "isolated-helper/broker/client_tgt.h"
#include "isolated-helper/broker/kcm_error.h"
#include "isolated-helper/broker/kcm_qualify.h"
#include "isolated-helper/broker/peer.h"
#include "isolated-helper/broker/req.h"
#include "isolated-helper/broker/rules.h"
#include "isolated-helper/broker/ticket.h"

struct ticket_state {
	const struct cg_client *client;
	struct cg_bytes server;			/* a copy: as asked for */
	uint8_t uuid[CG_CCACHE_UUID_LEN];	/* of the cache, */
	uint64_t life;				/* as it was */
	struct cg_handle tgt;
	bool is_qualified;	/* this is the second try */
	struct cg_ticket *ticket;
	uint32_t detail;
};

static void acquired(struct tevent_req *subreq);

static enum cg_status deny(const struct ticket_state *state,
			   struct cg_bytes client)
{
	const struct cg_audit event = {
		.log = state->client->services->audit,
		.what = "make ticket",
		.uid = state->client->peer->uid,
		.peer = state->client->peer,
		.client = client,
		.server = state->server,
		.result = CG_E_DENIED,
	};

	cg_audit(&event);
	return CG_E_DENIED;
}

static enum cg_status ask_rules(const struct ticket_state *state,
				struct cg_bytes client)
{
	const struct cg_rules_ask question = {
		.what = "make ticket",
		.protocol = CG_POLICY_KERBEROS,
		.peer = state->client->peer,
		.client = client,
		.server = state->server,
	};

	return cg_rules_check(&state->client->services->rules, &question);
}

static enum cg_status take_cached(struct ticket_state *state,
				  const struct cg_ccache *cache)
{
	const struct cg_ccache_match match = {
		.which = CG_MATCH_TIMES,
		.times.endtime = cg_ccache_tickets_now(
			cg_ccache_contents(cache)) + 1,
		.client = cg_ccache_principal(cache),
		.server = state->server,
	};
	const struct cg_ccache_entry *entry =
		cg_ccache_lookup(state, cache, &match);
	const struct cg_ticket *t;

	if (entry == NULL) {
		return CG_OK;
	}
	t = cg_ccache_entry_ticket(entry);
	if (t->kept.v != 0) {
		return deny(state, t->client);
	}
	state->ticket = cg_ticket_copy(state, t);
	return state->ticket != NULL ? CG_OK : CG_E_NO_MEMORY;
}

static enum cg_status look(struct ticket_state *state, struct cg_bytes name)
{
	struct cg_ccache *cache;
	enum cg_status st;

	st = cg_client_tgt_find(state->client, name, &cache);
	if (st != CG_OK) {
		return st;
	}
	if (cg_ccache_princ_is_tgs(state->server)
	    || cg_ccache_princ_is_config(state->server)) {
		return deny(state, cg_ccache_principal(cache));
	}
	st = ask_rules(state, cg_ccache_principal(cache));
	if (st != CG_OK) {
		return st;
	}
	memcpy(state->uuid, cg_ccache_uuid(cache), sizeof(state->uuid));
	state->life = cg_ccache_life(cache);
	state->tgt = cg_ccache_tgt(cache)->kept;
	return take_cached(state, cache);
}

static enum cg_status begin(struct ticket_state *state, struct cg_reader *in)
{
	struct cg_client_make_ticket_in asked;
	struct cg_ccache_princ parts;
	enum cg_status st;

	st = cg_pull_client_make_ticket_in(in, &asked);
	if (st == CG_OK) {
		st = cg_reader_finish(in);
	}
	if (st != CG_OK) {
		return st;
	}
	if (!cg_ccache_princ_split(asked.server, &parts)) {
		return CG_E_INVALID;
	}
	state->server.data = talloc_memdup(state, asked.server.data,
					   asked.server.len);
	if (state->server.data == NULL) {
		return CG_E_NO_MEMORY;
	}
	state->server.len = asked.server.len;
	return look(state, asked.cache);
}

static void ask_vault(struct tevent_req *req, struct cg_bytes server)
{
	struct ticket_state *state = tevent_req_data(req, struct ticket_state);
	const struct cg_client *client = state->client;
	struct tevent_req *subreq;

	subreq = cg_acquire_service_send(state, client->services->ev,
					 client->services->acquire,
					 client->peer->uid, state->tgt,
					 server);
	if (!tevent_req_nomem(subreq, req)) {
		tevent_req_set_callback(subreq, acquired, req);
	}
}

struct tevent_req *cg_client_make_ticket_send(TALLOC_CTX *mem_ctx,
					      const struct cg_client *client,
					      struct cg_reader *in)
{
	struct tevent_req *req;
	struct ticket_state *state;
	enum cg_status st;

	req = tevent_req_create(mem_ctx, &state, struct ticket_state);
	if (req == NULL) {
		return NULL;
	}
	state->client = client;
	st = begin(state, in);
	if (st != CG_OK || state->ticket != NULL) {
		return cg_req_post(req, client->services->ev, st);
	}
	ask_vault(req, state->server);
	return tevent_req_is_in_progress(req)
		       ? req : tevent_req_post(req, client->services->ev);
}

/* Under the name that was asked for, so that the next one finds it. Without
 * room it is served all the same. */
static enum cg_status keep_copy(struct ticket_state *state)
{
	const struct cg_client *client = state->client;
	struct cg_ccache *cache;
	struct cg_ticket *copy;
	enum cg_status st;

	st = cg_ticket_set(state->ticket, &state->ticket->server,
			   state->server);
	if (st != CG_OK) {
		return st;
	}
	copy = cg_ticket_copy(state, state->ticket);
	if (copy != NULL
	    && cg_ccache_by_uuid(client->services->ccaches, client->peer->uid,
				 state->uuid, &cache) == CG_OK
	    && cg_ccache_life(cache) == state->life
	    && cg_ccache_store(cache, copy) == CG_OK) {
		return CG_OK;
	}
	talloc_free(copy);
	return CG_OK;
}

/* The KDC does not know the name: empty, or another to ask for. */
static struct cg_bytes second_name(struct ticket_state *state,
				   enum cg_status st)
{
	const struct cg_bytes none = { 0 };

	if (st != CG_E_KRB5 || state->is_qualified
	    || !cg_kcm_error_is_unknown_server(state->detail)) {
		return none;
	}
	state->is_qualified = true;
	return cg_kcm_qualify(state, state->server,
			      state->client->services->domain);
}

/* cg_acquire_service has told the log how it ended. */
static void acquired(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct ticket_state *state = tevent_req_data(req, struct ticket_state);
	struct cg_bytes again;
	enum cg_status st;

	st = cg_acquire_service_recv(subreq, state, &state->ticket,
				     &state->detail);
	TALLOC_FREE(subreq);
	again = second_name(state, st);
	if (again.len > 0) {
		ask_vault(req, again);
		return;
	}
	if (st == CG_OK && state->ticket->kept.v != 0) {
		st = CG_E_DENIED;
	}
	if (st == CG_OK) {
		st = keep_copy(state);
	}
	if (!cg_req_failed(req, st)) {
		tevent_req_done(req);
	}
}

enum cg_status cg_client_make_ticket_recv(struct tevent_req *req,
					  struct cg_writer *out,
					  uint32_t *detail)
{
	struct ticket_state *state = tevent_req_data(req, struct ticket_state);
	enum cg_status st = cg_req_status(req);

	*detail = st == CG_E_KRB5 ? state->detail : 0;
	if (st == CG_OK) {
		const struct cg_ticket *t = state->ticket;
		const struct cg_client_make_ticket_out rep = {
			.ticket_flags = t->flags,
			.enctype = t->enctype,
			.authtime = t->times.authtime,
			.starttime = t->times.starttime,
			.endtime = t->times.endtime,
			.renew_till = t->times.renew_till,
			.client = t->client,
			.server = t->server,
			.session_key = t->session_key,
			.ticket = t->ticket,
		};

		st = cg_push_client_make_ticket_out(out, &rep);
	}
	tevent_req_received(req);
	return st;
}
