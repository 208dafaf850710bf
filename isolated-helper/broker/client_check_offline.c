/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sign in without a domain controller. */
#include "isolated-helper/broker/client_ops.h"

#include "isolated-helper/broker/audit.h"
#include "isolated-helper/broker/ccache_collection.h"
#include "isolated-helper/broker/client_server.h"
#include "isolated-helper/broker/client_uid.h"
#include "isolated-helper/broker/grace.h"
#include "isolated-helper/broker/log.h"
#include "isolated-helper/broker/offline.h"
#include "isolated-helper/broker/peer.h"
#include "isolated-helper/broker/req.h"
#include "isolated-helper/broker/ticket.h"
#include "isolated-helper/broker/vault_calls.h"
#include "isolated-helper/broker/waiting.h"
#include "isolated-helper/broker/wiped.h"

struct check_state {
	const struct cg_client *client;
	uid_t uid;
	struct cg_bytes principal;	/* copies */
	struct cg_bytes box;		/* the password, sealed */
	struct cg_client_check_offline_out out;
};

/* The words of the log; who asked gets the result itself. */
static enum cg_status as_status(const struct check_state *state,
				enum cg_status st)
{
	if (st != CG_OK || state->out.result == CG_OFFLINE_OK) {
		return st;
	}
	return state->out.result == CG_OFFLINE_LOCKED ? CG_E_LIMIT
						      : CG_E_DENIED;
}

static void audit(const struct check_state *state, enum cg_status st)
{
	const struct cg_audit event = {
		.log = state->client->services->audit,
		.what = "offline logon",
		.uid = state->uid,
		.peer = state->client->peer,
		.result = as_status(state, st),
	};

	cg_audit(&event);
}

/* A session is to come; see client_logon.c. Without a cache there is nothing
 * that would be left without one. */
static void expect(const struct check_state *state)
{
	const struct cg_client *client = state->client;

	if (state->uid != client->peer->uid &&
	    cg_grace_begin(client->services->grace, state->uid, NULL) !=
	    CG_OK) {
		cg_log(CG_LOG_ERROR, "out of memory");
	}
}

static void password_held(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct check_state *state = tevent_req_data(req, struct check_state);
	struct cg_waiting *waiting = state->client->services->waiting;
	struct cg_import_password_out out;
	enum cg_status st;
	uint32_t detail;

	st = cg_call_import_password_recv(subreq, state, &out, &detail);
	TALLOC_FREE(subreq);
	if (st == CG_OK) {
		st = cg_waiting_add(waiting, state->uid, state->principal,
				    out.handle);
	}
	/* The logon is good without it. */
	state->out.held = st == CG_OK ? 1 : 0;
	tevent_req_done(req);
}

static bool gets_tickets_anyway(const struct check_state *state)
{
	struct cg_ccaches *all = state->client->services->ccaches;
	struct cg_ccache_name name = cg_ccache_default_name(all, state->uid);
	const struct cg_ticket *tgt = NULL;
	struct cg_ccache *cache;

	if (cg_ccache_find(all, state->uid, cg_ccache_name_bytes(&name),
			   &cache) == CG_OK) {
		tgt = cg_ccache_tgt(cache);
	}
	return tgt != NULL && tgt->has_long_term;
}

/* False: there is nothing to wait for. */
static bool hold(struct tevent_req *req)
{
	struct check_state *state = tevent_req_data(req, struct check_state);
	const struct cg_client_services *services = state->client->services;
	const struct cg_import_password_in in = {
		.uid = state->uid,
		.client = state->principal,
		.sealed = state->box,
		.held = 1,
	};
	struct tevent_req *subreq;

	if (state->out.result != CG_OFFLINE_OK || state->box.len == 0 ||
	    services->waiting == NULL) {
		return false;
	}
	if (gets_tickets_anyway(state)) {
		state->out.held = 1;
		return false;
	}
	subreq = cg_call_import_password_send(state, services->ev,
					      services->vault, &in);
	if (subreq == NULL) {
		return false;
	}
	tevent_req_set_callback(subreq, password_held, req);
	return true;
}

static void checked(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct check_state *state = tevent_req_data(req, struct check_state);
	enum cg_status st = cg_offline_check_recv(subreq, &state->out);

	TALLOC_FREE(subreq);
	audit(state, st);
	if (cg_req_failed(req, st)) {
		return;
	}
	if (state->out.result == CG_OFFLINE_OK) {
		expect(state);
	}
	if (!hold(req)) {
		tevent_req_done(req);
	}
}

static enum cg_status keep_copy(struct check_state *state,
				struct cg_bytes from, struct cg_bytes *to)
{
	uint8_t *copy = cg_wiped_copy(state, from.data, from.len);

	if (copy == NULL) {
		return CG_E_NO_MEMORY;
	}
	*to = (struct cg_bytes){ copy, from.len };
	return CG_OK;
}

static enum cg_status begin(struct check_state *state, struct cg_reader *in,
			    struct cg_bytes *sealed)
{
	struct cg_client_check_offline_in request;
	enum cg_status st;

	st = cg_pull_client_check_offline_in(in, &request);
	if (st == CG_OK) {
		st = cg_reader_finish(in);
	}
	if (st == CG_OK) {
		st = cg_client_uid(state->client, request.uid, &state->uid);
	}
	*sealed = request.sealed;
	if (st == CG_OK) {
		st = keep_copy(state, request.client, &state->principal);
	}
	if (st == CG_OK) {
		st = keep_copy(state, request.sealed_typed, &state->box);
	}
	if (st != CG_OK) {
		return st;
	}
	return state->client->services->offline != NULL ? CG_OK : CG_E_DENIED;
}

struct tevent_req *cg_client_check_offline_send(
	TALLOC_CTX *mem_ctx, const struct cg_client *client,
	struct cg_reader *in)
{
	struct check_state *state;
	struct cg_bytes sealed;
	struct tevent_req *req;
	struct tevent_req *subreq;
	enum cg_status st;

	req = tevent_req_create(mem_ctx, &state, struct check_state);
	if (req == NULL) {
		return NULL;
	}
	state->client = client;
	st = begin(state, in, &sealed);
	if (st != CG_OK) {
		return cg_req_post(req, client->services->ev, st);
	}
	subreq = cg_offline_check_send(state, client->services->offline,
				       state->uid, sealed);
	if (tevent_req_nomem(subreq, req)) {
		return tevent_req_post(req, client->services->ev);
	}
	tevent_req_set_callback(subreq, checked, req);
	return req;
}

enum cg_status cg_client_check_offline_recv(struct tevent_req *req,
					    struct cg_writer *out,
					    uint32_t *detail)
{
	struct check_state *state = tevent_req_data(req, struct check_state);
	enum cg_status st = cg_req_status(req);

	*detail = 0;
	if (st == CG_OK) {
		st = cg_push_client_check_offline_out(out, &state->out);
	}
	tevent_req_received(req);
	return st;
}
