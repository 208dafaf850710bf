/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An NTLM answer for the caller's own hash. Root is refused as itself: it can
 * become the user, which is then seen (rule 3). */
#include "isolated-helper/broker/client_ops.h"

#include "isolated-helper/broker/audit.h"
#include "isolated-helper/broker/ccache.h"
#include "isolated-helper/broker/client_server.h"
#include "isolated-helper/broker/client_tgt.h"
#include "isolated-helper/broker/peer.h"
#include "isolated-helper/broker/rate.h"
#include "isolated-helper/broker/req.h"
#include "isolated-helper/broker/ticket.h"
#include "isolated-helper/broker/vault_calls.h"

struct ntlm_state {
	const struct cg_client *client;
	struct cg_bytes principal;		/* copies, for the log */
	struct cg_bytes target;
	struct cg_make_ntlm_response_out answer;
};

static void audit(const struct ntlm_state *state, enum cg_status st)
{
	const struct cg_audit event = {
		.what = "ntlm answer",
		.uid = state->client->peer->uid,
		.peer = state->client->peer,
		.client = state->principal,
		.target = state->target,
		.result = st,
	};

	cg_audit(&event);
}

static enum cg_status keep(struct ntlm_state *state, struct cg_bytes *to,
			   struct cg_bytes from)
{
	to->data = talloc_memdup(state, from.data, from.len);
	if (to->data == NULL) {
		return CG_E_NO_MEMORY;
	}
	to->len = from.len;
	return CG_OK;
}

static enum cg_status may_ask(const struct ntlm_state *state)
{
	uid_t uid = state->client->peer->uid;

	if (uid == 0) {
		return CG_E_DENIED;
	}
	return cg_rate_take(state->client->services->ntlm_rate, uid,
			    cg_rate_now_ms())
		       ? CG_OK : CG_E_LIMIT;
}

static enum cg_status check(struct ntlm_state *state,
			    const struct cg_client_make_ntlm_response_in *in,
			    struct cg_handle *tgt)
{
	struct cg_ccache *cache;
	enum cg_status st;

	st = keep(state, &state->target, in->target);
	if (st == CG_OK) {
		st = may_ask(state);
	}
	if (st == CG_OK) {
		st = cg_client_tgt_find(state->client, in->cache, &cache);
	}
	if (st == CG_OK) {
		*tgt = cg_ccache_tgt(cache)->kept;
		st = keep(state, &state->principal,
			  cg_ccache_principal(cache));
	}
	return st;
}

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
	audit(state, st);
	if (!cg_req_failed(req, st)) {
		tevent_req_done(req);
	}
}

static enum cg_status begin(struct ntlm_state *state, struct cg_reader *in,
			    struct cg_make_ntlm_response_in *out)
{
	struct cg_client_make_ntlm_response_in asked;
	struct cg_handle tgt = { 0 };
	enum cg_status st;

	st = cg_pull_client_make_ntlm_response_in(in, &asked);
	if (st == CG_OK) {
		st = cg_reader_finish(in);
	}
	if (st != CG_OK) {
		return st;
	}
	st = check(state, &asked, &tgt);
	if (st != CG_OK) {
		audit(state, st);
		return st;
	}
	*out = (struct cg_make_ntlm_response_in){
		.uid = state->client->peer->uid,
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
	state->client = client;
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
