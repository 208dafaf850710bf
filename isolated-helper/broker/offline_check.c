/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A guess: make_verifier_attempt, write, check_verifier, write. */
#include "isolated-helper/broker/offline.h"

#include "isolated-helper/broker/log.h"
#include "isolated-helper/broker/offline_state.h"
#include "isolated-helper/broker/offline_store.h"
#include "isolated-helper/broker/offline_turn.h"
#include "isolated-helper/broker/req.h"
#include "isolated-helper/broker/vault_calls.h"

struct check_state {
	struct cg_offline_turn turn;
	uid_t uid;
	struct cg_bytes sealed;		/* a copy */
	struct cg_client_check_offline_out out;
};

static void compared(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct check_state *state = tevent_req_data(req, struct check_state);
	struct cg_offline_store *store = state->turn.offline->store;
	struct cg_check_verifier_out out;
	enum cg_status st;
	uint32_t detail;

	st = cg_call_check_verifier_recv(subreq, state, &out, &detail);
	TALLOC_FREE(subreq);
	if (cg_req_failed(req, st)) {
		return;
	}
	state->out.result = out.result;
	state->out.locked_until = out.locked_until;
	if (out.result == CG_OFFLINE_OK &&
	    cg_offline_store_find(store, state->uid) != NULL &&
	    cg_offline_store_put(store, state->uid, out.record,
				 out.last_use) != CG_OK) {
		/* Nothing is gained by it: one guess counts as failed. */
		cg_log(CG_LOG_ERROR, "a right offline logon of uid %u counts"
		       " as failed", (unsigned int)state->uid);
	}
	tevent_req_done(req);
}

static enum cg_status compare(struct tevent_req *req,
			      const struct cg_make_verifier_attempt_out *made)
{
	struct check_state *state = tevent_req_data(req, struct check_state);
	const struct cg_check_verifier_in in = {
		.uid = state->uid,
		.record = made->record,
		.sealed = state->sealed,
	};
	struct tevent_req *subreq;
	enum cg_status st;

	/* It may have been forgotten meanwhile. */
	if (cg_offline_store_find(state->turn.offline->store, state->uid) ==
	    NULL) {
		return CG_E_NOT_FOUND;
	}
	st = cg_offline_store_put(state->turn.offline->store, state->uid,
				  made->record, made->last_use);
	if (st != CG_OK) {
		return st;
	}
	subreq = cg_call_check_verifier_send(state, state->turn.offline->ev,
					     state->turn.offline->vault, &in);
	if (subreq == NULL) {
		return CG_E_NO_MEMORY;
	}
	tevent_req_set_callback(subreq, compared, req);
	return CG_OK;
}

static void attempt_made(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct check_state *state = tevent_req_data(req, struct check_state);
	struct cg_make_verifier_attempt_out made;
	enum cg_status st;
	uint32_t detail;

	st = cg_call_make_verifier_attempt_recv(subreq, state, &made, &detail);
	TALLOC_FREE(subreq);
	if (cg_req_failed(req, st)) {
		return;
	}
	state->out.result = made.result;
	state->out.locked_until = made.locked_until;
	if (made.result != CG_OFFLINE_OK) {
		tevent_req_done(req);
		return;
	}
	(void)cg_req_failed(req, compare(req, &made));
}

static void turn_came(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct check_state *state = tevent_req_data(req, struct check_state);
	const struct cg_offline_record *r =
		cg_offline_store_find(state->turn.offline->store, state->uid);
	struct cg_make_verifier_attempt_in in = { .uid = state->uid };

	/* Not freed: the next waits until this is over. */
	if (!cg_offline_turn_came(subreq) || r == NULL) {
		(void)cg_req_failed(req, CG_E_NOT_FOUND);
		return;
	}
	in.record = r->bytes;
	subreq = cg_call_make_verifier_attempt_send(
		state, state->turn.offline->ev, state->turn.offline->vault,
		&in);
	if (tevent_req_nomem(subreq, req)) {
		return;
	}
	tevent_req_set_callback(subreq, attempt_made, req);
}

static void end_turn(struct tevent_req *req, enum tevent_req_state req_state)
{
	struct check_state *state = tevent_req_data(req, struct check_state);

	(void)req_state;
	cg_offline_turn_end(&state->turn);
}

struct tevent_req *cg_offline_check_send(TALLOC_CTX *mem_ctx,
					 struct cg_offline *offline,
					 uid_t uid, struct cg_bytes sealed)
{
	struct tevent_req *req;
	struct check_state *state;

	req = tevent_req_create(mem_ctx, &state, struct check_state);
	if (req == NULL) {
		return NULL;
	}
	state->uid = uid;
	state->sealed = sealed;
	if (!cg_offline_turn_copy(state, &state->sealed)) {
		tevent_req_oom(req);
		return tevent_req_post(req, offline->ev);
	}
	tevent_req_set_cleanup_fn(req, end_turn);
	if (!cg_offline_turn_take(req, offline, &state->turn, turn_came)) {
		return tevent_req_post(req, offline->ev);
	}
	return req;
}

enum cg_status cg_offline_check_recv(struct tevent_req *req,
				     struct cg_client_check_offline_out *out)
{
	struct check_state *state = tevent_req_data(req, struct check_state);
	enum cg_status st = cg_req_status(req);

	*out = st == CG_OK ? state->out
			   : (struct cg_client_check_offline_out){ 0 };
	tevent_req_received(req);
	return st;
}
