/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/ops.h"

#include "isolated-helper/vault/krb5_as.h"
#include "isolated-helper/vault/vault.h"

static enum cg_status finish(struct cg_vault *v, const struct cg_exchange *ex,
			     struct cg_absorb_as_rep_out *rep)
{
	struct cg_entry *e = NULL;
	enum cg_status st = cg_as_finish(v, ex->as, ex->uid, &e);

	if (st != CG_OK) {
		return st;
	}
	e->nt_hash = cg_as_take_nt_hash(ex->as);
	st = cg_store_add(&v->store, e, &rep->tgt);
	if (st != CG_OK) {
		return st;
	}
	rep->has_ntlm = e->nt_hash != NULL ? 1 : 0;
	rep->ticket_flags = e->ticket_flags;
	rep->authtime = e->authtime;
	rep->starttime = e->starttime;
	rep->endtime = e->endtime;
	rep->renew_till = e->renew_till;
	rep->client = e->client;
	rep->server = e->server;
	return CG_OK;
}

enum cg_status cg_op_absorb_as_rep(struct cg_vault *v,
				   const struct cg_absorb_as_rep_in *req,
				   struct cg_absorb_as_rep_out *rep)
{
	struct cg_exchange *ex = cg_exchange_find(&v->exchanges, req->uid,
						  req->exchange);
	struct cg_kdc_request request = { 0 };
	bool more = false;
	enum cg_status st;

	if (ex == NULL || ex->as == NULL) {
		return CG_E_NOT_FOUND;
	}
	st = cg_as_step(v, ex->as, req->reply, &more, &request);
	cg_vault_hold(v, request.message.data);
	cg_vault_hold(v, request.realm.data);
	if (st == CG_OK && more) {
		rep->more = 1;
		rep->realm = request.realm;
		rep->request = request.message;
		return CG_OK;
	}
	if (st == CG_OK) {
		st = finish(v, ex, rep);
	}
	cg_exchange_close(v->krb5, &v->exchanges, ex);
	return st;
}
