/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/ops.h"

#include "isolated-helper/vault/crypto.h"
#include "isolated-helper/vault/krb5_kpasswd.h"
#include "isolated-helper/vault/secret.h"
#include "isolated-helper/vault/vault.h"

static enum cg_status unseal(struct cg_vault *v,
			     const struct cg_make_kpasswd_req_in *req,
			     struct cg_secret **old, struct cg_secret **fresh)
{
	struct cg_crypto_box box = { req->uid, req->client, req->sealed_old };
	enum cg_status st = cg_vault_unseal(v, &box, old);

	if (st != CG_OK) {
		return st;
	}
	box.sealed = req->sealed_new;
	return cg_vault_unseal(v, &box, fresh);
}

static enum cg_status begin(struct cg_vault *v, struct cg_exchange *ex,
			    const struct cg_make_kpasswd_req_in *req,
			    struct cg_kpasswd_outcome *outcome)
{
	const struct cg_kpasswd_reply nothing = { 0 };
	struct cg_secret *old = NULL;
	struct cg_secret *fresh = NULL;
	enum cg_status st = unseal(v, req, &old, &fresh);

	if (st == CG_OK) {
		st = cg_kpasswd_begin(v, req->client, old, fresh,
				      &ex->kpasswd);
		fresh = NULL;
	}
	cg_secret_forget(&old);
	cg_secret_forget(&fresh);
	if (st != CG_OK) {
		return st;
	}
	st = cg_kpasswd_step(v, ex->kpasswd, &nothing, outcome);
	cg_vault_hold(v, outcome->request.message.data);
	cg_vault_hold(v, outcome->request.realm.data);
	return st;
}

enum cg_status cg_op_make_kpasswd_req(struct cg_vault *v,
				      const struct cg_make_kpasswd_req_in *req,
				      struct cg_make_kpasswd_req_out *rep)
{
	struct cg_kpasswd_outcome outcome = { 0 };
	struct cg_exchange *ex = NULL;
	enum cg_status st;

	cg_vault_sweep(v);
	if (!cg_vault_has_room(v)) {
		return CG_E_LIMIT;
	}
	st = cg_exchange_open(&v->exchanges, req->uid, cg_vault_now(), &ex);
	if (st != CG_OK) {
		return st;
	}
	st = begin(v, ex, req, &outcome);
	if (st != CG_OK) {
		cg_exchange_close(v->krb5, &v->exchanges, ex);
		return st;
	}
	rep->exchange = ex->handle;
	rep->realm = outcome.request.realm;
	rep->request = outcome.request.message;
	return CG_OK;
}
