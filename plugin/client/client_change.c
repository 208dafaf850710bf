/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See client_change.h. */
#include "plugin/client/client_change.h"

#include "idl/cg_idl.h"
#include "plugin/client/calls.h"
#include "plugin/client/client.h"
#include "plugin/client/client_error.h"
#include "plugin/client/client_seal.h"
#include "plugin/client/req.h"

struct cg_client_change_state {
	TALLOC_CTX *answer;
	struct cg_client_change_password_out out;
	struct cg_client_error error;
	struct cg_client_sealed old;
	struct cg_client_sealed fresh;
};

static void got_answer(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct cg_client_change_state *state = tevent_req_data(
		req, struct cg_client_change_state);
	enum cg_status st;

	st = cg_call_client_change_password_recv(subreq, state->answer,
						 &state->out, &state->error);
	TALLOC_FREE(subreq);
	if (cg_req_failed(req, st)) {
		return;
	}
	tevent_req_done(req);
}

static enum cg_status seal(struct cg_client_change_state *state,
			   const struct cg_client *client,
			   const struct cg_client_change_params *params)
{
	const struct cg_client_seal_for who = { params->uid, params->client };
	enum cg_status st;

	st = cg_client_seal(client, &who, params->old, &state->old,
			    &state->error);
	if (st != CG_OK) {
		return st;
	}
	return cg_client_seal(client, &who, params->fresh, &state->fresh,
			      &state->error);
}

struct tevent_req *cg_client_change_send(
	TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct cg_client *client,
	const struct cg_client_change_params *params)
{
	struct cg_client_change_password_in in = {
		.uid = params->uid, .client = params->client,
	};
	struct cg_client_change_state *state;
	struct tevent_req *req;
	struct tevent_req *subreq;

	req = tevent_req_create(mem_ctx, &state,
				struct cg_client_change_state);
	if (req == NULL) {
		return NULL;
	}
	state->answer = talloc_new(state);
	if (tevent_req_nomem(state->answer, req) ||
	    cg_req_failed(req, seal(state, client, params))) {
		return tevent_req_post(req, ev);
	}
	in.sealed_old = (struct cg_bytes){ state->old.bytes, state->old.len };
	in.sealed_new = (struct cg_bytes){ state->fresh.bytes,
					   state->fresh.len };
	subreq = cg_call_client_change_password_send(state, ev, client, &in);
	if (tevent_req_nomem(subreq, req)) {
		return tevent_req_post(req, ev);
	}
	tevent_req_set_callback(subreq, got_answer, req);
	return req;
}

enum cg_status cg_client_change_recv(
	struct tevent_req *req, TALLOC_CTX *mem_ctx,
	struct cg_client_change_password_out *out,
	struct cg_client_error *err)
{
	struct cg_client_change_state *state = tevent_req_data(
		req, struct cg_client_change_state);
	enum cg_status st = cg_req_status(req);

	*out = (struct cg_client_change_password_out){ 0 };
	if (st == CG_OK) {
		*out = state->out;
		(void)talloc_steal(mem_ctx, state->answer);
	}
	if (st != CG_OK && state->error.st == CG_OK) {
		state->error.st = st;
	}
	if (err != NULL) {
		*err = state->error;
	}
	tevent_req_received(req);
	return st;
}
