/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See acquire_exchange.h. */
#include "isolated-helper/broker/acquire_exchange.h"

#include <string.h>
#include <sys/time.h>

#include "isolated-helper/broker/acquire_state.h"
#include "isolated-helper/broker/relay.h"
#include "isolated-helper/broker/req.h"
#include "isolated-helper/broker/ticket.h"

struct exchange_state {
	struct tevent_req *req;
	struct cg_acquire *acquire;
	const struct cg_exchange_kind *kind;
	uid_t uid;
	struct cg_handle exchange;	/* 0: not begun, or done */
	struct timeval no_new_round_after;
	uint32_t n_rounds;
	TALLOC_CTX *round;		/* the step's bytes */
	struct cg_exchange_step step;
	struct cg_ticket *ticket;
	struct cg_kpasswd_answer answer;
	uint32_t detail;
};

static void carried(struct tevent_req *subreq);
static void absorbed(struct tevent_req *subreq);

static void erase_if_unfinished(struct tevent_req *req,
				enum tevent_req_state req_state)
{
	struct exchange_state *state =
		tevent_req_data(req, struct exchange_state);

	(void)req_state;
	cg_acquire_forget(state->acquire, state->uid, state->exchange);
	state->exchange = (struct cg_handle){ 0 };
}

static enum cg_status may_go_on(const struct exchange_state *state)
{
	struct timeval now = tevent_timeval_current();

	if (state->n_rounds >= CG_EXCHANGE_ROUNDS_MAX) {
		return CG_E_LIMIT;
	}
	if (tevent_timeval_compare(&now, &state->no_new_round_after) > 0) {
		return CG_E_TIMEOUT;
	}
	return CG_OK;
}

static void carry(struct exchange_state *state)
{
	const struct cg_relay_what what = {
		.uid = state->uid,
		.realm = state->step.realm,
		.request = state->step.request,
		.kpasswd = state->step.to_kpasswd,
	};
	struct tevent_req *subreq;

	if (cg_req_failed(state->req, may_go_on(state))) {
		return;
	}
	state->n_rounds++;
	subreq = cg_relay_send(state, state->acquire->ev,
			       state->acquire->relay, &what);
	if (tevent_req_nomem(subreq, state->req)) {
		return;
	}
	tevent_req_set_callback(subreq, carried, state->req);
}

static void carried(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct exchange_state *state =
		tevent_req_data(req, struct exchange_state);
	struct cg_exchange_reply reply = {
		.uid = state->uid,
		.exchange = state->exchange,
	};
	enum cg_status st;

	cg_relay_local(subreq, &reply.local);
	st = cg_relay_recv(subreq, state->round, &reply.message);
	TALLOC_FREE(subreq);
	if (cg_req_failed(req, st)) {
		return;
	}
	subreq = state->kind->absorb_send(state, state->acquire, &reply);
	if (tevent_req_nomem(subreq, req)) {
		return;
	}
	tevent_req_set_callback(subreq, absorbed, req);
}

/* The bytes of one step replace those of the last. */
static bool new_round(struct exchange_state *state)
{
	TALLOC_FREE(state->round);
	state->round = talloc_new(state);
	return !tevent_req_nomem(state->round, state->req);
}

/* What outlives the last round. */
static enum cg_status keep_result(struct exchange_state *state)
{
	struct cg_bytes text = state->step.answer.text;

	state->ticket = talloc_move(state, &state->step.ticket);
	state->answer = state->step.answer;
	/* One more: empty it is no NULL. */
	state->answer.text.data = talloc_size(state, text.len + 1);
	if (state->answer.text.data == NULL) {
		return CG_E_NO_MEMORY;
	}
	if (text.len > 0) {
		memcpy((void *)(uintptr_t)state->answer.text.data, text.data,
		       text.len);
	}
	return CG_OK;
}

static void absorbed(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct exchange_state *state =
		tevent_req_data(req, struct exchange_state);
	enum cg_status st;

	if (!new_round(state)) {
		return;
	}
	st = state->kind->absorb_recv(subreq, state->round, &state->step,
				      &state->detail);
	TALLOC_FREE(subreq);
	if (state->step.exchange.v != 0) {
		state->exchange = state->step.exchange;
	}
	if (cg_req_failed(req, st)) {
		return;
	}
	if (state->step.more) {
		carry(state);
		return;
	}
	state->exchange = (struct cg_handle){ 0 };
	if (cg_req_failed(req, keep_result(state))) {
		return;
	}
	TALLOC_FREE(state->round);
	tevent_req_done(req);
}

static void made(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct exchange_state *state =
		tevent_req_data(req, struct exchange_state);
	enum cg_status st;

	if (!new_round(state)) {
		return;
	}
	st = state->kind->make_recv(subreq, state->round, &state->step,
				    &state->detail);
	TALLOC_FREE(subreq);
	if (cg_req_failed(req, st)) {
		return;
	}
	state->exchange = state->step.exchange;
	carry(state);
}

struct tevent_req *cg_exchange_send(TALLOC_CTX *mem_ctx,
				    struct cg_acquire *acquire,
				    const struct cg_exchange_input *in)
{
	struct tevent_req *req;
	struct tevent_req *subreq;
	struct exchange_state *state;

	req = tevent_req_create(mem_ctx, &state, struct exchange_state);
	if (req == NULL) {
		return NULL;
	}
	state->req = req;
	state->acquire = acquire;
	state->kind = in->kind;
	state->uid = in->uid;
	state->no_new_round_after = tevent_timeval_current_ofs(
		2 * cg_relay_timeout_s(acquire->relay), 0);
	tevent_req_set_cleanup_fn(req, erase_if_unfinished);
	subreq = in->kind->make_send(state, acquire, in);
	if (tevent_req_nomem(subreq, req)) {
		return tevent_req_post(req, acquire->ev);
	}
	tevent_req_set_callback(subreq, made, req);
	return req;
}

enum cg_status cg_exchange_recv(struct tevent_req *req, TALLOC_CTX *mem_ctx,
				struct cg_ticket **out, uint32_t *detail)
{
	struct exchange_state *state =
		tevent_req_data(req, struct exchange_state);
	enum cg_status st = cg_req_status(req);

	*out = NULL;
	*detail = st == CG_E_KRB5 ? state->detail : 0;
	if (st == CG_OK) {
		*out = talloc_move(mem_ctx, &state->ticket);
	}
	tevent_req_received(req);
	return st;
}

enum cg_status cg_exchange_answer_recv(struct tevent_req *req,
				       TALLOC_CTX *mem_ctx,
				       struct cg_kpasswd_answer *out,
				       uint32_t *detail)
{
	struct exchange_state *state =
		tevent_req_data(req, struct exchange_state);
	enum cg_status st = cg_req_status(req);

	*out = (struct cg_kpasswd_answer){ 0 };
	*detail = st == CG_E_KRB5 ? state->detail : 0;
	if (st == CG_OK) {
		*out = state->answer;
		(void)talloc_steal(mem_ctx,
				   (void *)(uintptr_t)out->text.data);
	}
	tevent_req_received(req);
	return st;
}
