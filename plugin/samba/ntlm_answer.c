/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugin/samba/ntlm_answer.h"

#include "plugin/client/calls.h"
#include "plugin/client/client.h"
#include "plugin/client/req.h"
#include "plugin/samba/krb5_ccache.h"
#include "plugin/samba/patience.h"

struct cg_ntlm_answer_state {
	struct tevent_context *ev;
	struct cg_client_make_ntlm_response_in in;
	struct cg_client *client;
	TALLOC_CTX *reply;		/* what out views */
	struct cg_client_make_ntlm_response_out out;
};

static void is_connected(struct tevent_req *subreq);
static void got_answer(struct tevent_req *subreq);

static bool keep(TALLOC_CTX *mem_ctx, struct cg_bytes *bytes)
{
	bytes->data = talloc_memdup(mem_ctx, bytes->data, bytes->len);
	return bytes->data != NULL || bytes->len == 0;
}

static bool keep_request(struct cg_ntlm_answer_state *state)
{
	struct cg_client_make_ntlm_response_in *in = &state->in;

	return keep(state, &in->cache) && keep(state, &in->negotiate) &&
	       keep(state, &in->challenge) && keep(state, &in->target) &&
	       keep(state, &in->channel_bindings);
}

struct tevent_req *cg_ntlm_answer_send(
	TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	const struct cg_client_make_ntlm_response_in *in)
{
	struct cg_ntlm_answer_state *state;
	struct tevent_req *req;
	struct tevent_req *subreq;

	req = tevent_req_create(mem_ctx, &state, struct cg_ntlm_answer_state);
	if (req == NULL) {
		return NULL;
	}
	state->ev = ev;
	state->in = *in;
	if (cg_patience_is_lost(cg_krb5_ccache_patience())) {
		(void)cg_req_failed(req, CG_E_TIMEOUT);
		return tevent_req_post(req, ev);
	}
	if (!keep_request(state)) {
		tevent_req_oom(req);
		return tevent_req_post(req, ev);
	}
	subreq = cg_client_connect_send(state, ev, NULL);
	if (tevent_req_nomem(subreq, req)) {
		return tevent_req_post(req, ev);
	}
	tevent_req_set_callback(subreq, is_connected, req);
	return req;
}

static void is_connected(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct cg_ntlm_answer_state *state = tevent_req_data(
		req, struct cg_ntlm_answer_state);
	enum cg_status st;

	st = cg_client_connect_recv(subreq, state, &state->client, NULL);
	TALLOC_FREE(subreq);
	if (cg_req_failed(req, st)) {
		return;
	}
	subreq = cg_call_client_make_ntlm_response_send(
		state, state->ev, state->client, &state->in);
	if (tevent_req_nomem(subreq, req)) {
		return;
	}
	tevent_req_set_callback(subreq, got_answer, req);
}

static void got_answer(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct cg_ntlm_answer_state *state = tevent_req_data(
		req, struct cg_ntlm_answer_state);
	enum cg_status st;

	state->reply = talloc_new(state);
	if (tevent_req_nomem(state->reply, req)) {
		return;
	}
	st = cg_call_client_make_ntlm_response_recv(subreq, state->reply,
						    &state->out, NULL);
	TALLOC_FREE(subreq);
	if (cg_req_failed(req, st)) {
		return;
	}
	tevent_req_done(req);
}

enum cg_status cg_ntlm_answer_recv(
	struct tevent_req *req, TALLOC_CTX *mem_ctx,
	struct cg_client_make_ntlm_response_out *out)
{
	struct cg_ntlm_answer_state *state = tevent_req_data(
		req, struct cg_ntlm_answer_state);
	enum cg_status st = cg_patience_note(cg_krb5_ccache_patience(),
					     cg_req_status(req));

	*out = (struct cg_client_make_ntlm_response_out){ 0 };
	if (st == CG_OK) {
		*out = state->out;
		(void)talloc_steal(mem_ctx, state->reply);
	}
	tevent_req_received(req);
	return st;
}
