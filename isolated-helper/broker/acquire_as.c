/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The AS exchange: the sealed password in, then RFC 4120 3.1. */
#include "isolated-helper/broker/acquire_exchange.h"

#include "isolated-helper/broker/acquire_state.h"
#include "isolated-helper/broker/req.h"
#include "isolated-helper/broker/ticket.h"
#include "isolated-helper/broker/vault_calls.h"

struct make_state {
	struct cg_acquire *acquire;
	uid_t uid;
	uint32_t lifetime_s;
	uint32_t renewable_s;
	bool verify;
	struct cg_handle kept;
	struct cg_handle password;	/* 0: none, or used up */
	TALLOC_CTX *bytes;
	struct cg_make_as_req_out out;
	uint32_t detail;
};

static void erase_password(struct tevent_req *req,
			   enum tevent_req_state req_state)
{
	struct make_state *state = tevent_req_data(req, struct make_state);

	(void)req_state;
	cg_acquire_forget(state->acquire, state->uid, state->password);
	state->password = (struct cg_handle){ 0 };
}

static void request_made(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct make_state *state = tevent_req_data(req, struct make_state);
	enum cg_status st;

	st = cg_call_make_as_req_recv(subreq, state->bytes, &state->out,
				      &state->detail);
	TALLOC_FREE(subreq);
	if (cg_req_failed(req, st)) {
		return;
	}
	/* The exchange has it now, and erases it. */
	state->password = (struct cg_handle){ 0 };
	tevent_req_done(req);
}

static bool ask(struct tevent_req *req, struct cg_handle password)
{
	struct make_state *state = tevent_req_data(req, struct make_state);
	const struct cg_make_as_req_in in = {
		.uid = state->uid,
		.password = password,
		.lifetime_s = state->lifetime_s,
		.renewable_s = state->renewable_s,
		.verify = state->verify ? 1 : 0,
		.kept = state->kept.v != 0 ? 1 : 0,
	};
	struct tevent_req *subreq;

	subreq = cg_call_make_as_req_send(state, state->acquire->ev,
					  state->acquire->vault, &in);
	if (tevent_req_nomem(subreq, req)) {
		return false;
	}
	tevent_req_set_callback(subreq, request_made, req);
	return true;
}

static void password_imported(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct make_state *state = tevent_req_data(req, struct make_state);
	struct cg_import_password_out out;
	enum cg_status st;

	st = cg_call_import_password_recv(subreq, state->bytes, &out,
					  &state->detail);
	TALLOC_FREE(subreq);
	if (cg_req_failed(req, st)) {
		return;
	}
	state->password = out.handle;
	(void)ask(req, out.handle);
}

static bool import(struct tevent_req *req, const struct cg_logon *logon)
{
	struct make_state *state = tevent_req_data(req, struct make_state);
	const struct cg_import_password_in in = {
		.uid = state->uid,
		.client = logon->client,
		.sealed = logon->sealed,
	};
	struct tevent_req *subreq;

	subreq = cg_call_import_password_send(state, state->acquire->ev,
					      state->acquire->vault, &in);
	if (tevent_req_nomem(subreq, req)) {
		return false;
	}
	tevent_req_set_callback(subreq, password_imported, req);
	return true;
}

static struct tevent_req *make_send(TALLOC_CTX *mem_ctx,
				    struct cg_acquire *acquire,
				    const struct cg_exchange_input *in)
{
	struct tevent_req *req;
	struct make_state *state;

	req = tevent_req_create(mem_ctx, &state, struct make_state);
	if (req == NULL) {
		return NULL;
	}
	state->acquire = acquire;
	state->uid = in->uid;
	state->lifetime_s = in->logon.lifetime_s;
	state->renewable_s = in->logon.renewable_s;
	state->verify = in->logon.verify;
	state->kept = in->logon.kept;
	state->bytes = talloc_new(state);
	if (tevent_req_nomem(state->bytes, req)) {
		return tevent_req_post(req, acquire->ev);
	}
	tevent_req_set_cleanup_fn(req, erase_password);
	if (state->kept.v != 0 ? !ask(req, state->kept)
			       : !import(req, &in->logon)) {
		return tevent_req_post(req, acquire->ev);
	}
	return req;
}

static enum cg_status make_recv(struct tevent_req *req, TALLOC_CTX *mem_ctx,
				struct cg_exchange_step *out,
				uint32_t *detail)
{
	struct make_state *state = tevent_req_data(req, struct make_state);
	enum cg_status st = cg_req_status(req);

	*out = (struct cg_exchange_step){ 0 };
	*detail = st == CG_E_KRB5 ? state->detail : 0;
	if (st == CG_OK) {
		(void)talloc_move(mem_ctx, &state->bytes);
		*out = (struct cg_exchange_step){
			.more = true,
			.exchange = state->out.exchange,
			.realm = state->out.realm,
			.request = state->out.request,
		};
	}
	tevent_req_received(req);
	return st;
}

static struct tevent_req *absorb_send(TALLOC_CTX *mem_ctx,
				      struct cg_acquire *acquire,
				      const struct cg_exchange_reply *reply)
{
	const struct cg_absorb_as_rep_in in = {
		.uid = reply->uid,
		.exchange = reply->exchange,
		.reply = reply->message,
	};

	return cg_call_absorb_as_rep_send(mem_ctx, acquire->ev,
					  acquire->vault, &in);
}

static enum cg_status ticket_of(TALLOC_CTX *mem_ctx,
				const struct cg_absorb_as_rep_out *rep,
				struct cg_ticket **out)
{
	struct cg_ticket *t = cg_ticket_new(mem_ctx);
	enum cg_status st;

	if (t == NULL) {
		return CG_E_NO_MEMORY;
	}
	t->kept = rep->tgt;
	t->has_ntlm = rep->has_ntlm == 1;
	t->has_long_term = rep->has_long_term == 1;
	t->flags = rep->ticket_flags;
	t->times = (struct cg_ticket_times){
		rep->authtime, rep->starttime, rep->endtime, rep->renew_till
	};
	st = cg_ticket_set(t, &t->client, rep->client);
	if (st == CG_OK) {
		st = cg_ticket_set(t, &t->server, rep->server);
	}
	t->is_verified = rep->verified == 1;
	t->protected_user = rep->protected_user;
	if (st == CG_OK) {
		st = cg_ticket_set(t, &t->pac, rep->pac);
	}
	*out = t;
	return st;
}

static enum cg_status absorb_recv(struct tevent_req *req, TALLOC_CTX *mem_ctx,
				  struct cg_exchange_step *out,
				  uint32_t *detail)
{
	struct cg_absorb_as_rep_out rep;
	enum cg_status st;

	*out = (struct cg_exchange_step){ 0 };
	st = cg_call_absorb_as_rep_recv(req, mem_ctx, &rep, detail);
	if (st != CG_OK) {
		return st;
	}
	out->more = rep.more == 1;
	if (out->more) {
		out->realm = rep.realm;
		out->request = rep.request;
		return CG_OK;
	}
	out->exchange = rep.tgt;
	return ticket_of(mem_ctx, &rep, &out->ticket);
}

const struct cg_exchange_kind cg_exchange_as = {
	make_send, make_recv, absorb_send, absorb_recv,
};
