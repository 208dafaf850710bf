/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A change of password: the AS exchange, then one message to the port for
 * passwords. */
#include "isolated-helper/broker/acquire_exchange.h"

#include "isolated-helper/broker/acquire_state.h"
#include "isolated-helper/broker/vault_calls.h"

static struct tevent_req *make_send(TALLOC_CTX *mem_ctx,
				    struct cg_acquire *acquire,
				    const struct cg_exchange_input *in)
{
	const struct cg_make_kpasswd_req_in req = {
		.uid = in->uid,
		.client = in->change.client,
		.sealed_old = in->change.sealed_old,
		.sealed_new = in->change.sealed_new,
	};

	return cg_call_make_kpasswd_req_send(mem_ctx, acquire->ev,
					     acquire->vault, &req);
}

static enum cg_status make_recv(struct tevent_req *req, TALLOC_CTX *mem_ctx,
				struct cg_exchange_step *out,
				uint32_t *detail)
{
	struct cg_make_kpasswd_req_out rep;
	enum cg_status st;

	*out = (struct cg_exchange_step){ 0 };
	st = cg_call_make_kpasswd_req_recv(req, mem_ctx, &rep, detail);
	if (st == CG_OK) {
		out->more = true;
		out->exchange = rep.exchange;
		out->realm = rep.realm;
		out->request = rep.request;
	}
	return st;
}

static struct tevent_req *absorb_send(TALLOC_CTX *mem_ctx,
				      struct cg_acquire *acquire,
				      const struct cg_exchange_reply *reply)
{
	const struct cg_absorb_kpasswd_rep_in in = {
		.uid = reply->uid,
		.exchange = reply->exchange,
		.local = { reply->local.bytes, reply->local.len },
		.reply = reply->message,
	};

	return cg_call_absorb_kpasswd_rep_send(mem_ctx, acquire->ev,
					       acquire->vault, &in);
}

static enum cg_status absorb_recv(struct tevent_req *req, TALLOC_CTX *mem_ctx,
				  struct cg_exchange_step *out,
				  uint32_t *detail)
{
	struct cg_absorb_kpasswd_rep_out rep;
	enum cg_status st;

	*out = (struct cg_exchange_step){ 0 };
	st = cg_call_absorb_kpasswd_rep_recv(req, mem_ctx, &rep, detail);
	if (st != CG_OK) {
		return st;
	}
	out->more = rep.more != 0;
	out->to_kpasswd = rep.more == 2;
	out->realm = rep.realm;
	out->request = rep.request;
	out->answer = (struct cg_kpasswd_answer){ rep.result, rep.text };
	return CG_OK;
}

const struct cg_exchange_kind cg_exchange_kpasswd = {
	make_send, make_recv, absorb_send, absorb_recv,
};

struct tevent_req *cg_acquire_kpasswd_send(
	TALLOC_CTX *mem_ctx, struct cg_acquire *acquire,
	const struct cg_kpasswd_change *change)
{
	const struct cg_exchange_input in = {
		.kind = &cg_exchange_kpasswd,
		.uid = change->uid,
		.change = *change,
	};

	return cg_exchange_send(mem_ctx, acquire, &in);
}

enum cg_status cg_acquire_kpasswd_recv(struct tevent_req *req,
				       TALLOC_CTX *mem_ctx,
				       struct cg_kpasswd_answer *out,
				       uint32_t *detail)
{
	return cg_exchange_answer_recv(req, mem_ctx, out, detail);
}
