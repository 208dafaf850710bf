/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An NTLM answer for the caller's own hash. */
#include "isolated-helper/broker/client_ops.h"

#include "isolated-helper/broker/client_ntlm.h"
#include "isolated-helper/broker/client_server.h"
#include "isolated-helper/broker/peer.h"
#include "isolated-helper/broker/req.h"
#include "isolated-helper/broker/vault_calls.h"

struct ntlm_state {
	struct cg_client_ntlm ask;
	struct cg_make_ntlm_response_out answer;
};

static void answered(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct ntlm_state *state = tevent_req_data(req, struct ntlm_state);
	enum cg_status st;
	uint32_t detail;

	st = cg_call_make_ntlm_response_recv(subreq, state, &state->answer,
					     &detail);
	TALLOC_FREE(subreq);
	cg_client_ntlm_audit(&state->ask, st);
	if (!cg_req_failed(req, st)) {
		tevent_req_done(req);
	}
}

static enum cg_status begin(struct ntlm_state *state, struct cg_reader *in,
			    struct cg_make_ntlm_response_in *out)
{
	struct cg_client_make_ntlm_response_in asked;
	struct cg_handle tgt;
	enum cg_status st;

	st = cg_pull_client_make_ntlm_response_in(in, &asked);
	if (st == CG_OK) {
		st = cg_reader_finish(in);
	}
	if (st != CG_OK) {
		return st;
	}
	state->ask.has_binding = asked.channel_bindings.len > 0;
	st = cg_client_ntlm_allow(state, &state->ask, asked.cache,
				  asked.target, &tgt);
	if (st != CG_OK) {
		return st;
	}
	*out = (struct cg_make_ntlm_response_in){
		.uid = state->ask.client->peer->uid,
		.tgt = tgt,
		.negotiate = asked.negotiate,
		.challenge = asked.challenge,
		.target = asked.target,
		.channel_bindings = asked.channel_bindings,
	};
	return CG_OK;
}

struct tevent_req *cg_client_make_ntlm_response_send(
	TALLOC_CTX *mem_ctx, const struct cg_client *client,
	struct cg_reader *in)
{
	struct cg_make_ntlm_response_in ask;
	struct tevent_req *req;
	struct tevent_req *subreq;
	struct ntlm_state *state;
	enum cg_status st;

	req = tevent_req_create(mem_ctx, &state, struct ntlm_state);
	if (req == NULL) {
		return NULL;
	}
	state->ask.client = client;
	st = begin(state, in, &ask);
	if (st != CG_OK) {
		return cg_req_post(req, client->services->ev, st);
	}
	subreq = cg_call_make_ntlm_response_send(
		state, client->services->ev, client->services->vault, &ask);
	if (tevent_req_nomem(subreq, req)) {
		return tevent_req_post(req, client->services->ev);
	}
	tevent_req_set_callback(subreq, answered, req);
	return req;
}

enum cg_status cg_client_make_ntlm_response_recv(struct tevent_req *req,
						 struct cg_writer *out,
						 uint32_t *detail)
{
	struct ntlm_state *state = tevent_req_data(req, struct ntlm_state);
	enum cg_status st = cg_req_status(req);

	*detail = 0;
	if (st == CG_OK) {
		const struct cg_client_make_ntlm_response_out rep = {
			.user = state->answer.user,
			.domain = state->answer.domain,
			.response = state->answer.response,
			.session_base_key = state->answer.session_base_key,
		};

		st = cg_push_client_make_ntlm_response_out(out, &rep);
	}
	tevent_req_received(req);
	return st;
}
