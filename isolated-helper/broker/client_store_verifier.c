/* SPDX-License-Identifier: GPL-3.0-or-later */
/* After a verified logon: how to sign the user in without a DC. */
#include "isolated-helper/broker/client_ops.h"

#include "isolated-helper/broker/audit.h"
#include "isolated-helper/broker/ccache_princ.h"
#include "isolated-helper/broker/client_server.h"
#include "isolated-helper/broker/client_uid.h"
#include "isolated-helper/broker/offline.h"
#include "isolated-helper/broker/offline_store.h"
#include "isolated-helper/broker/peer.h"
#include "isolated-helper/broker/req.h"

struct store_state {
	const struct cg_client *client;
	uid_t uid;
	struct cg_bytes principal;	/* a copy */
};

static void audit(const struct store_state *state, enum cg_status st)
{
	const struct cg_audit event = {
		.log = state->client->services->audit,
		.what = "verifier",
		.uid = state->uid,
		.peer = state->client->peer,
		.client = state->principal,
		.result = st,
	};

	cg_audit(&event);
}

static void kept(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct store_state *state = tevent_req_data(req, struct store_state);
	enum cg_status st = cg_offline_keep_recv(subreq);

	TALLOC_FREE(subreq);
	audit(state, st);
	if (!cg_req_failed(req, st)) {
		tevent_req_done(req);
	}
}

static enum cg_status check(struct store_state *state,
			    const struct cg_client_store_verifier_in *in)
{
	const struct cg_client *client = state->client;
	struct cg_ccache_princ parts;

	if (cg_client_uid(client, in->uid, &state->uid) != CG_OK ||
	    client->peer->uid != 0 || client->services->offline == NULL) {
		return CG_E_DENIED;
	}
	if (!cg_ccache_princ_split(in->client, &parts)) {
		return CG_E_INVALID;
	}
	state->principal.data = talloc_memdup(state, in->client.data,
					      in->client.len);
	state->principal.len = in->client.len;
	return state->principal.data != NULL ? CG_OK : CG_E_NO_MEMORY;
}

static enum cg_status begin(struct store_state *state, struct cg_reader *in,
			    struct cg_seal_verifier_in *seal)
{
	struct cg_client_store_verifier_in request;
	enum cg_status st;

	st = cg_pull_client_store_verifier_in(in, &request);
	if (st == CG_OK) {
		st = cg_reader_finish(in);
	}
	if (st == CG_OK) {
		st = check(state, &request);
	}
	*seal = (struct cg_seal_verifier_in){
		.uid = state->uid,
		.log_n = request.log_n,
		.r = request.r,
		.p = request.p,
		.client = request.client,
		.sid = request.sid,
		.domain = request.domain,
		.salt = request.salt,
		.sealed = request.sealed,
	};
	return st;
}

struct tevent_req *cg_client_store_verifier_send(
	TALLOC_CTX *mem_ctx, const struct cg_client *client,
	struct cg_reader *in)
{
	struct cg_seal_verifier_in seal;
	struct store_state *state;
	struct tevent_req *req;
	struct tevent_req *subreq;
	enum cg_status st;

	req = tevent_req_create(mem_ctx, &state, struct store_state);
	if (req == NULL) {
		return NULL;
	}
	state->client = client;
	st = begin(state, in, &seal);
	if (st != CG_OK) {
		return cg_req_post(req, client->services->ev, st);
	}
	subreq = cg_offline_keep_send(state, client->services->offline, &seal);
	if (tevent_req_nomem(subreq, req)) {
		return tevent_req_post(req, client->services->ev);
	}
	tevent_req_set_callback(subreq, kept, req);
	return req;
}

enum cg_status cg_client_store_verifier_recv(struct tevent_req *req,
					     struct cg_writer *out,
					     uint32_t *detail)
{
	struct store_state *state = tevent_req_data(req, struct store_state);
	struct cg_client_store_verifier_out rep = { 0 };
	enum cg_status st = cg_req_status(req);

	*detail = 0;
	if (st == CG_OK) {
		/* The cast: at most CG_OFFLINE_COUNT_MAX. */
		rep.n_verifiers = (uint32_t)cg_offline_store_count(
			cg_offline_records(state->client->services->offline));
		st = cg_push_client_store_verifier_out(out, &rep);
	}
	tevent_req_received(req);
	return st;
}
