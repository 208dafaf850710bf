/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The TGS exchange: RFC 4120 3.3 for a service ticket or a renewed TGT. */
#include "isolated-helper/broker/acquire_exchange.h"

#include "isolated-helper/broker/acquire_state.h"
#include "isolated-helper/broker/ticket.h"
#include "isolated-helper/broker/vault_calls.h"

static struct tevent_req *make_send(TALLOC_CTX *mem_ctx,
				    struct cg_acquire *acquire,
				    const struct cg_exchange_input *in)
{
	const struct cg_make_tgs_req_in req = {
		.uid = in->uid,
		.renew = in->renew ? 1 : 0,
		.tgt = in->tgt,
		.server = in->server,
		.evidence = in->evidence,
	};

	return cg_call_make_tgs_req_send(mem_ctx, acquire->ev, acquire->vault,
					 &req);
}

static enum cg_status make_recv(struct tevent_req *req, TALLOC_CTX *mem_ctx,
				struct cg_exchange_step *out,
				uint32_t *detail)
{
	struct cg_make_tgs_req_out rep;
	enum cg_status st;

	*out = (struct cg_exchange_step){ 0 };
	st = cg_call_make_tgs_req_recv(req, mem_ctx, &rep, detail);
	if (st != CG_OK) {
		return st;
	}
	*out = (struct cg_exchange_step){
		.more = true,
		.exchange = rep.exchange,
		.realm = rep.realm,
		.request = rep.request,
	};
	return CG_OK;
}

static struct tevent_req *absorb_send(TALLOC_CTX *mem_ctx,
				      struct cg_acquire *acquire,
				      const struct cg_exchange_reply *reply)
{
	const struct cg_absorb_tgs_rep_in in = {
		.uid = reply->uid,
		.exchange = reply->exchange,
		.reply = reply->message,
	};

	return cg_call_absorb_tgs_rep_send(mem_ctx, acquire->ev,
					   acquire->vault, &in);
}

static enum cg_status fill(struct cg_ticket *t,
			   const struct cg_absorb_tgs_rep_out *rep)
{
	enum cg_status st;

	t->flags = rep->ticket_flags;
	t->times = (struct cg_ticket_times){
		rep->authtime, rep->starttime, rep->endtime, rep->renew_till
	};
	st = cg_ticket_set(t, &t->client, rep->client);
	if (st == CG_OK) {
		st = cg_ticket_set(t, &t->server, rep->server);
	}
	/* Of a TGT that the vault keeps there is nothing more to see. */
	if (st != CG_OK || rep->kept == 1) {
		return st;
	}
	t->enctype = rep->enctype;
	t->is_rc4 = rep->rc4 == 1;
	st = cg_ticket_set(t, &t->ticket, rep->ticket);
	if (st == CG_OK) {
		st = cg_ticket_set_key(t, rep->session_key);
	}
	return st;
}

static enum cg_status absorb_recv(struct tevent_req *req, TALLOC_CTX *mem_ctx,
				  struct cg_exchange_step *out,
				  uint32_t *detail)
{
	struct cg_absorb_tgs_rep_out rep;
	enum cg_status st;

	*out = (struct cg_exchange_step){ 0 };
	st = cg_call_absorb_tgs_rep_recv(req, mem_ctx, &rep, detail);
	if (st != CG_OK) {
		return st;
	}
	out->more = rep.more == 1;
	if (out->more) {
		out->realm = rep.realm;
		out->request = rep.request;
		return CG_OK;
	}
	out->ticket = cg_ticket_new(mem_ctx);
	if (out->ticket == NULL) {
		return CG_E_NO_MEMORY;
	}
	return fill(out->ticket, &rep);
}

const struct cg_exchange_kind cg_exchange_tgs = {
	make_send, make_recv, absorb_send, absorb_recv,
};
