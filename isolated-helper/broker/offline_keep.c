/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A new verifier: seal_verifier, write, and show what was written. */
#include "isolated-helper/broker/offline.h"

#include "isolated-helper/broker/offline_state.h"
#include "isolated-helper/broker/offline_store.h"
#include "isolated-helper/broker/offline_turn.h"
#include "isolated-helper/broker/req.h"
#include "isolated-helper/broker/vault_calls.h"

struct keep_state {
	struct cg_offline_turn turn;
	struct cg_seal_verifier_in in;	/* its bytes are copies */
};

static void shown(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct keep_state *state = tevent_req_data(req, struct keep_state);
	struct cg_list_verifier_out out;
	enum cg_status st;

	st = cg_offline_list_recv(subreq, state, &out);
	TALLOC_FREE(subreq);
	if (!cg_req_failed(req, st)) {
		tevent_req_done(req);
	}
}

static void sealed(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct keep_state *state = tevent_req_data(req, struct keep_state);
	struct cg_seal_verifier_out out;
	enum cg_status st;
	uint32_t detail;

	st = cg_call_seal_verifier_recv(subreq, state, &out, &detail);
	TALLOC_FREE(subreq);
	if (st == CG_OK) {
		st = cg_offline_store_put(state->turn.offline->store,
					  state->in.uid, out.record,
					  out.last_use);
	}
	if (cg_req_failed(req, st)) {
		return;
	}
	subreq = cg_offline_list_send(state, state->turn.offline,
				      state->in.uid);
	if (tevent_req_nomem(subreq, req)) {
		return;
	}
	tevent_req_set_callback(subreq, shown, req);
}

static void turn_came(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct keep_state *state = tevent_req_data(req, struct keep_state);

	/* Not freed: the next waits until this is over. */
	if (!cg_offline_turn_came(subreq)) {
		(void)cg_req_failed(req, CG_E_SYSTEM);
		return;
	}
	subreq = cg_call_seal_verifier_send(state, state->turn.offline->ev,
					    state->turn.offline->vault,
					    &state->in);
	if (tevent_req_nomem(subreq, req)) {
		return;
	}
	tevent_req_set_callback(subreq, sealed, req);
}

static bool copy_in(struct keep_state *state,
		    const struct cg_seal_verifier_in *in)
{
	struct cg_bytes *const all[] = {
		&state->in.client, &state->in.sid, &state->in.domain,
		&state->in.salt, &state->in.sealed,
	};
	bool ok = true;

	state->in = *in;
	for (size_t i = 0; i < sizeof(all) / sizeof(all[0]); i++) {
		ok = ok && cg_offline_turn_copy(state, all[i]);
	}
	return ok;
}

static void end_turn(struct tevent_req *req, enum tevent_req_state req_state)
{
	struct keep_state *state = tevent_req_data(req, struct keep_state);

	(void)req_state;
	cg_offline_turn_end(&state->turn);
}

struct tevent_req *cg_offline_keep_send(TALLOC_CTX *mem_ctx,
					struct cg_offline *offline,
					const struct cg_seal_verifier_in *in)
{
	struct tevent_req *req;
	struct keep_state *state;

	req = tevent_req_create(mem_ctx, &state, struct keep_state);
	if (req == NULL) {
		return NULL;
	}
	if (!copy_in(state, in)) {
		tevent_req_oom(req);
		return tevent_req_post(req, offline->ev);
	}
	tevent_req_set_cleanup_fn(req, end_turn);
	if (!cg_offline_turn_take(req, offline, &state->turn, turn_came)) {
		return tevent_req_post(req, offline->ev);
	}
	return req;
}

enum cg_status cg_offline_keep_recv(struct tevent_req *req)
{
	enum cg_status st = cg_req_status(req);

	tevent_req_received(req);
	return st;
}
