/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A credential that a client stored goes to the vault, which says whether it
 * is a TGT and stays. */
#include "isolated-helper/broker/acquire_state.h"

#include "isolated-helper/broker/req.h"
#include "isolated-helper/broker/ticket.h"
#include "isolated-helper/broker/vault_calls.h"

struct stored_state {
	struct cg_ticket *t;
	struct hand_over *hand_over;	/* NULL: over */
};

/* Lives until the vault has answered, whether the caller does or not. */
struct hand_over {
	struct cg_acquire *acquire;
	uid_t uid;
	struct tevent_req *waiter;	/* NULL: went away */
};

static void caller_is_done(struct tevent_req *req,
			   enum tevent_req_state req_state)
{
	struct stored_state *state =
		tevent_req_data(req, struct stored_state);

	(void)req_state;
	if (state->hand_over != NULL) {
		state->hand_over->waiter = NULL;
	}
	state->hand_over = NULL;
}

static enum cg_status keep_names_only(struct cg_ticket *t,
				      struct cg_handle kept)
{
	const struct cg_bytes nothing = { 0 };
	enum cg_status st;

	t->kept = kept;
	t->enctype = 0;
	st = cg_ticket_set_key(t, (struct cg_secret_bytes){ 0 });
	if (st == CG_OK) {
		st = cg_ticket_set(t, &t->ticket, nothing);
	}
	if (st == CG_OK) {
		st = cg_ticket_set(t, &t->second_ticket, nothing);
	}
	return st;
}

static void finish(struct tevent_req *req, enum cg_status st,
		   const struct cg_import_ticket_out *out)
{
	struct stored_state *state =
		tevent_req_data(req, struct stored_state);

	if (st == CG_OK && out->handle.v != 0) {
		state->t->times.endtime = out->endtime;
		state->t->times.renew_till = out->renew_till;
		st = keep_names_only(state->t, out->handle);
	}
	if (!cg_req_failed(req, st)) {
		tevent_req_done(req);
	}
}

static void vault_answered(struct tevent_req *subreq)
{
	struct hand_over *h = tevent_req_callback_data(subreq,
						       struct hand_over);
	struct cg_import_ticket_out out;
	enum cg_status st;
	uint32_t detail;

	st = cg_call_import_ticket_recv(subreq, h, &out, &detail);
	TALLOC_FREE(subreq);
	/* Never take half an answer for "no TGT, show it to everybody". */
	if ((out.kept == 1) != (out.handle.v != 0)) {
		st = CG_E_UNAVAILABLE;
	}
	if (h->waiter != NULL) {
		finish(h->waiter, st, &out);
	} else {
		cg_acquire_forget(h->acquire, h->uid, out.handle);
	}
	talloc_free(h);
}

static struct tevent_req *ask_vault(struct hand_over *h,
				    const struct cg_ticket *t)
{
	const struct cg_import_ticket_in in = {
		.uid = h->uid,
		.ticket_flags = t->flags,
		.enctype = t->enctype,
		.authtime = t->times.authtime,
		.starttime = t->times.starttime,
		.endtime = t->times.endtime,
		.renew_till = t->times.renew_till,
		.client = t->client,
		.server = t->server,
		.session_key = t->session_key,
		.ticket = t->ticket,
	};

	return cg_call_import_ticket_send(h, h->acquire->ev,
					  h->acquire->vault, &in);
}

static struct hand_over *begin(struct cg_acquire *acquire, uid_t uid,
			       const struct cg_ticket *t)
{
	struct hand_over *h = talloc_zero(acquire, struct hand_over);
	struct tevent_req *subreq;

	if (h == NULL) {
		return NULL;
	}
	h->acquire = acquire;
	h->uid = uid;
	subreq = ask_vault(h, t);
	if (subreq == NULL) {
		talloc_free(h);
		return NULL;
	}
	tevent_req_set_callback(subreq, vault_answered, h);
	return h;
}

struct tevent_req *cg_acquire_stored_send(TALLOC_CTX *mem_ctx,
					  struct tevent_context *ev,
					  struct cg_acquire *acquire,
					  uid_t uid, struct cg_ticket *t)
{
	struct tevent_req *req;
	struct stored_state *state;

	req = tevent_req_create(mem_ctx, &state, struct stored_state);
	if (req == NULL) {
		return NULL;
	}
	state->t = t;
	state->hand_over = begin(acquire, uid, t);
	if (tevent_req_nomem(state->hand_over, req)) {
		return tevent_req_post(req, ev);
	}
	state->hand_over->waiter = req;
	tevent_req_set_cleanup_fn(req, caller_is_done);
	return req;
}

enum cg_status cg_acquire_stored_recv(struct tevent_req *req)
{
	enum cg_status st = cg_req_status(req);

	tevent_req_received(req);
	return st;
}
