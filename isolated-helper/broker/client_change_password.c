/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Change a password. Both stay sealed to the vault. */
#include "isolated-helper/broker/client_ops.h"

#include <string.h>

#include "isolated-helper/broker/acquire.h"
#include "isolated-helper/broker/audit.h"
#include "isolated-helper/broker/ccache.h"
#include "isolated-helper/broker/ccache_princ.h"
#include "isolated-helper/broker/client_server.h"
#include "isolated-helper/broker/client_uid.h"
#include "isolated-helper/broker/log.h"
#include "isolated-helper/broker/offline.h"
#include "isolated-helper/broker/offline_store.h"
#include "isolated-helper/broker/peer.h"
#include "isolated-helper/broker/req.h"
#include "isolated-helper/broker/ticket.h"
#include "isolated-helper/broker/waiting.h"

struct change_state {
	const struct cg_client *client;
	uid_t uid;
	struct cg_bytes principal;	/* a copy */
	struct cg_kpasswd_answer answer;
	uint32_t detail;
};

/* A server that says no is no success. */
static void audit(const struct change_state *state, enum cg_status st)
{
	const struct cg_audit event = {
		.log = state->client->services->audit,
		.what = "password change",
		.uid = state->uid,
		.peer = state->client->peer,
		.client = state->principal,
		.result = st == CG_OK && state->answer.result != 0
				  ? CG_E_DENIED : st,
		.detail = state->detail,
	};

	cg_audit(&event);
}

static bool is_same(struct cg_bytes a, struct cg_bytes b)
{
	return a.len == b.len && memcmp(a.data, b.data, a.len) == 0;
}

/* The old password must not sign in offline any more. That of the next logon
 * with a DC does. */
static void drop_verifier(const struct change_state *state)
{
	struct cg_offline *offline = state->client->services->offline;
	enum cg_status st;

	if (offline == NULL || state->answer.result != 0) {
		return;
	}
	st = cg_offline_store_remove(cg_offline_records(offline), state->uid);
	if (st != CG_OK && st != CG_E_NOT_FOUND) {
		cg_log(CG_LOG_ERROR, "the verifier of uid %u is still that of"
		       " the old password", (unsigned int)state->uid);
	}
}

/* The vault has erased what it kept of the old one. */
static void drop_kept(const struct change_state *state)
{
	const struct cg_client_services *services = state->client->services;
	struct cg_ccache *cache = NULL;
	struct cg_ticket *tgt;
	uint64_t at = 0;

	if (state->answer.result != 0) {
		return;
	}
	if (services->waiting != NULL) {
		cg_waiting_end(services->waiting, state->uid);
	}
	while ((cache = cg_ccache_next(services->ccaches, state->uid, at)) !=
	       NULL) {
		at = cg_ccache_index(cache);
		tgt = cg_ccache_tgt(cache);
		if (tgt != NULL && is_same(tgt->client, state->principal)) {
			tgt->has_long_term = false;
		}
	}
}

static void answered(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct change_state *state = tevent_req_data(req,
						     struct change_state);
	enum cg_status st;

	st = cg_acquire_kpasswd_recv(subreq, state, &state->answer,
				     &state->detail);
	TALLOC_FREE(subreq);
	audit(state, st);
	if (st == CG_OK) {
		drop_verifier(state);
		drop_kept(state);
	}
	if (!cg_req_failed(req, st)) {
		tevent_req_done(req);
	}
}

static enum cg_status begin(struct change_state *state, struct cg_reader *in,
			    struct cg_kpasswd_change *out)
{
	struct cg_client_change_password_in request;
	struct cg_ccache_princ parts;
	enum cg_status st;

	st = cg_pull_client_change_password_in(in, &request);
	if (st == CG_OK) {
		st = cg_reader_finish(in);
	}
	if (st == CG_OK) {
		st = cg_client_uid(state->client, request.uid, &state->uid);
	}
	if (st == CG_OK && !cg_ccache_princ_split(request.client, &parts)) {
		st = CG_E_INVALID;
	}
	if (st != CG_OK) {
		return st;
	}
	state->principal = (struct cg_bytes){
		talloc_memdup(state, request.client.data, request.client.len),
		request.client.len };
	*out = (struct cg_kpasswd_change){
		state->uid, request.client, request.sealed_old,
		request.sealed_new };
	return state->principal.data != NULL ? CG_OK : CG_E_NO_MEMORY;
}

struct tevent_req *cg_client_change_password_send(
	TALLOC_CTX *mem_ctx, const struct cg_client *client,
	struct cg_reader *in)
{
	struct cg_kpasswd_change change = { 0 };
	struct tevent_req *req;
	struct tevent_req *subreq;
	struct change_state *state;
	enum cg_status st;

	req = tevent_req_create(mem_ctx, &state, struct change_state);
	if (req == NULL) {
		return NULL;
	}
	state->client = client;
	st = begin(state, in, &change);
	if (st != CG_OK) {
		return cg_req_post(req, client->services->ev, st);
	}
	/* The vault's call has copied the boxes when this returns. */
	subreq = cg_acquire_kpasswd_send(state, client->services->acquire,
					 &change);
	if (tevent_req_nomem(subreq, req)) {
		return tevent_req_post(req, client->services->ev);
	}
	tevent_req_set_callback(subreq, answered, req);
	return req;
}

enum cg_status cg_client_change_password_recv(struct tevent_req *req,
					      struct cg_writer *out,
					      uint32_t *detail)
{
	struct change_state *state = tevent_req_data(req,
						     struct change_state);
	const struct cg_client_change_password_out rep = {
		.result = state->answer.result,
		.text = state->answer.text,
	};
	enum cg_status st = cg_req_status(req);

	*detail = st == CG_E_KRB5 ? state->detail : 0;
	if (st == CG_OK) {
		st = cg_push_client_change_password_out(out, &rep);
	}
	tevent_req_received(req);
	return st;
}
