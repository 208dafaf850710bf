/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/ops.h"

#include "isolated-helper/vault/krb5_kpasswd.h"
#include "isolated-helper/vault/vault.h"

#define IPV4_LEN 4U
#define IPV6_LEN 16U

enum cg_status cg_op_absorb_kpasswd_rep(
	struct cg_vault *v, const struct cg_absorb_kpasswd_rep_in *req,
	struct cg_absorb_kpasswd_rep_out *rep)
{
	struct cg_exchange *ex = cg_exchange_find(&v->exchanges, req->uid,
						  req->exchange);
	const struct cg_kpasswd_reply reply = { req->reply, req->local };
	struct cg_kpasswd_outcome outcome = { 0 };
	enum cg_status st;

	if (ex == NULL || ex->kpasswd == NULL) {
		return CG_E_NOT_FOUND;
	}
	if (req->local.len != IPV4_LEN && req->local.len != IPV6_LEN) {
		return CG_E_INVALID;
	}
	st = cg_kpasswd_step(v, ex->kpasswd, &reply, &outcome);
	cg_vault_hold(v, outcome.request.message.data);
	cg_vault_hold(v, outcome.request.realm.data);
	cg_vault_hold(v, outcome.text.data);
	if (st == CG_OK) {
		/* The cast: one of the three. */
		rep->more = (uint32_t)outcome.next;
		rep->realm = outcome.request.realm;
		rep->request = outcome.request.message;
		rep->result = outcome.result;
		rep->text = outcome.text;
	}
	if (st == CG_OK && outcome.next == CG_KPASSWD_DONE &&
	    outcome.result == 0) {
		cg_kpasswd_follow(ex->kpasswd, &v->store, req->uid);
	}
	if (st != CG_OK || outcome.next == CG_KPASSWD_DONE) {
		cg_exchange_close(v->krb5, &v->exchanges, ex);
	}
	return st;
}
