/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a proof of a password is made with. */
#include "isolated-helper/broker/client_ops.h"

#include "isolated-helper/broker/client_server.h"
#include "isolated-helper/broker/client_uid.h"
#include "isolated-helper/broker/offline.h"
#include "isolated-helper/broker/offline_store.h"
#include "isolated-helper/broker/peer.h"
#include "isolated-helper/broker/req.h"
#include "isolated-helper/broker/vault_calls.h"

struct challenge_state {
	struct cg_client_make_offline_challenge_out out;
};

static void got_salt(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct challenge_state *state = tevent_req_data(
		req, struct challenge_state);
	struct cg_make_verifier_salt_out out;
	enum cg_status st;
	uint32_t detail;

	st = cg_call_make_verifier_salt_recv(subreq, state, &out, &detail);
	TALLOC_FREE(subreq);
	if (cg_req_failed(req, st)) {
		return;
	}
	state->out.log_n = out.log_n;
	state->out.r = out.r;
	state->out.p = out.p;
	state->out.salt = out.salt;
	tevent_req_done(req);
}

static void got_verifier(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct challenge_state *state = tevent_req_data(
		req, struct challenge_state);
	struct cg_list_verifier_out out;
	enum cg_status st;

	st = cg_offline_list_recv(subreq, state, &out);
	TALLOC_FREE(subreq);
	if (cg_req_failed(req, st)) {
		return;
	}
	state->out.log_n = out.log_n;
	state->out.r = out.r;
	state->out.p = out.p;
	state->out.client = out.client;
	state->out.sid = out.sid;
	state->out.domain = out.domain;
	state->out.salt = out.salt;
	tevent_req_done(req);
}

static enum cg_status check(const struct cg_client *client,
			    struct cg_reader *in, uid_t *uid, bool *is_fresh)
{
	const struct cg_offline *offline = client->services->offline;
	struct cg_client_make_offline_challenge_in request;
	enum cg_status st;

	st = cg_pull_client_make_offline_challenge_in(in, &request);
	if (st == CG_OK) {
		st = cg_reader_finish(in);
	}
	if (st == CG_OK) {
		st = cg_client_uid(client, request.uid, uid);
	}
	if (st != CG_OK) {
		return st;
	}
	*is_fresh = request.fresh == 1;
	if (offline == NULL || (*is_fresh && client->peer->uid != 0)) {
		return CG_E_DENIED;
	}
	return *is_fresh || cg_offline_store_find(cg_offline_records(offline),
						  *uid) != NULL
		       ? CG_OK : CG_E_NOT_FOUND;
}

struct tevent_req *cg_client_make_offline_challenge_send(
	TALLOC_CTX *mem_ctx, const struct cg_client *client,
	struct cg_reader *in)
{
	const struct cg_client_services *services = client->services;
	const struct cg_make_verifier_salt_in salt = { 0 };
	struct challenge_state *state;
	struct tevent_req *req;
	struct tevent_req *subreq;
	bool is_fresh = false;
	enum cg_status st;
	uid_t uid;

	req = tevent_req_create(mem_ctx, &state, struct challenge_state);
	if (req == NULL) {
		return NULL;
	}
	st = check(client, in, &uid, &is_fresh);
	if (st != CG_OK) {
		return cg_req_post(req, services->ev, st);
	}
	subreq = is_fresh ? cg_call_make_verifier_salt_send(
				state, services->ev, services->vault, &salt)
			  : cg_offline_list_send(state, services->offline,
						 uid);
	if (tevent_req_nomem(subreq, req)) {
		return tevent_req_post(req, services->ev);
	}
	tevent_req_set_callback(subreq, is_fresh ? got_salt : got_verifier,
				req);
	return req;
}

enum cg_status cg_client_make_offline_challenge_recv(
	struct tevent_req *req, struct cg_writer *out, uint32_t *detail)
{
	struct challenge_state *state = tevent_req_data(
		req, struct challenge_state);
	enum cg_status st = cg_req_status(req);

	*detail = 0;
	if (st == CG_OK) {
		st = cg_push_client_make_offline_challenge_out(out,
							       &state->out);
	}
	tevent_req_received(req);
	return st;
}
