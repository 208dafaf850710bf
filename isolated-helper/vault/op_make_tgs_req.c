/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/ops.h"

#include "isolated-helper/vault/krb5_tgs.h"
#include "isolated-helper/vault/policy.h"
#include "isolated-helper/vault/vault.h"

enum cg_status cg_op_make_tgs_req(struct cg_vault *v,
				  const struct cg_make_tgs_req_in *req,
				  struct cg_make_tgs_req_out *rep)
{
	struct cg_kdc_request request = { 0 };
	struct cg_exchange *ex = NULL;
	const struct cg_entry *tgt = NULL;
	enum cg_status st;

	cg_vault_sweep(v);
	if (!cg_vault_has_room(v)) {
		return CG_E_LIMIT;
	}
	tgt = cg_store_find(&v->store, req->uid, req->tgt);
	if (tgt == NULL || tgt->kind == CG_KIND_UNVERIFIED) {
		return CG_E_NOT_FOUND;
	}
	if ((req->renew == 1) != (req->server.len == 0)) {
		return CG_E_INVALID;
	}
	st = req->renew == 1 ? CG_OK
			     : cg_policy_may_ticket(v, tgt->client,
						    req->server);
	if (st != CG_OK) {
		return st;
	}
	st = cg_exchange_open(&v->exchanges, req->uid, cg_vault_now(), &ex);
	if (st != CG_OK) {
		return st;
	}
	st = cg_tgs_begin(v, tgt, req->server, &ex->tgs);
	if (st == CG_OK && req->evidence.len > 0) {
		st = cg_tgs_delegate(v, ex->tgs, req->evidence);
	}
	if (st == CG_OK) {
		st = cg_tgs_request(v, ex->tgs, &request);
		cg_vault_hold(v, request.message.data);
		cg_vault_hold(v, request.realm.data);
	}
	if (st != CG_OK) {
		cg_exchange_close(v->krb5, &v->exchanges, ex);
		return st;
	}
	rep->exchange = ex->handle;
	rep->realm = request.realm;
	rep->request = request.message;
	return CG_OK;
}
