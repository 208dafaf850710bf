/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/ops.h"

#include "isolated-helper/vault/kept.h"
#include "isolated-helper/vault/krb5_as.h"
#include "isolated-helper/vault/krb5_verify.h"
#include "isolated-helper/vault/vault.h"

static void describe(const struct cg_entry *e,
		     struct cg_absorb_as_rep_out *rep)
{
	rep->has_ntlm = e->nt_hash != NULL ? 1 : 0;
	rep->tgt = e->handle;
	rep->ticket_flags = e->ticket_flags;
	rep->authtime = e->authtime;
	rep->starttime = e->starttime;
	rep->endtime = e->endtime;
	rep->renew_till = e->renew_till;
	rep->client = e->client;
	rep->server = e->server;
	rep->has_long_term = e->long_term != NULL ? 1 : 0;
}

static void ask_more(struct cg_vault *v, const struct cg_kdc_request *request,
		     struct cg_absorb_as_rep_out *rep)
{
	cg_vault_hold(v, request->message.data);
	cg_vault_hold(v, request->realm.data);
	rep->more = 1;
	rep->realm = request->realm;
	rep->request = request->message;
}

static enum cg_status keep(struct cg_vault *v, const struct cg_exchange *ex,
			   struct cg_entry *tgt,
			   struct cg_absorb_as_rep_out *rep)
{
	struct cg_handle handle;
	enum cg_status st;

	st = ex->source.v != 0 ? cg_kept_replace(v, ex, tgt, &tgt)
			       : cg_store_add(&v->store, tgt, &handle);
	if (st == CG_OK) {
		describe(tgt, rep);
	}
	return st;
}

static enum cg_status finish(struct cg_vault *v, struct cg_exchange *ex,
			     struct cg_absorb_as_rep_out *rep)
{
	struct cg_verify_outcome outcome;
	struct cg_entry *tgt = NULL;
	enum cg_status st = cg_as_finish(v, ex->as, ex->uid, &tgt);

	if (st != CG_OK) {
		return st;
	}
	cg_as_give(ex->as, tgt);
	tgt->typed = ex->typed;
	ex->typed = NULL;
	cg_as_close(v->krb5, ex->as);	/* and the password with it */
	ex->as = NULL;
	if (!ex->verifies) {
		return keep(v, ex, tgt, rep);
	}
	st = cg_verify_begin(v, ex, tgt, &outcome);
	if (st == CG_OK) {
		ask_more(v, &outcome.request, rep);
	}
	return st;
}

static enum cg_status step_as(struct cg_vault *v, struct cg_exchange *ex,
			      struct cg_bytes reply,
			      struct cg_absorb_as_rep_out *rep)
{
	struct cg_kdc_request request = { 0 };
	bool more = false;
	enum cg_status st = cg_as_step(v, ex->as, reply, &more, &request);

	if (st == CG_OK && more) {
		ask_more(v, &request, rep);
		return CG_OK;
	}
	cg_vault_hold(v, request.message.data);
	cg_vault_hold(v, request.realm.data);
	return st == CG_OK ? finish(v, ex, rep) : st;
}

static enum cg_status step_verify(struct cg_vault *v,
				  const struct cg_exchange *ex,
				  struct cg_bytes reply,
				  struct cg_absorb_as_rep_out *rep)
{
	struct cg_verify_outcome outcome;
	enum cg_status st = cg_verify_absorb(v, ex, reply, &outcome);

	if (st != CG_OK) {
		return st;
	}
	if (outcome.more) {
		ask_more(v, &outcome.request, rep);
		return CG_OK;
	}
	cg_vault_hold(v, outcome.pac.data);
	rep->pac = outcome.pac;
	rep->protected_user = outcome.protected_user;
	rep->verified = 1;
	if (ex->source.v == 0) {
		describe(outcome.tgt, rep);
		return CG_OK;
	}
	return keep(v, ex, cg_store_take(&v->store, ex->uid,
					 outcome.tgt->handle), rep);
}

enum cg_status cg_op_absorb_as_rep(struct cg_vault *v,
				   const struct cg_absorb_as_rep_in *req,
				   struct cg_absorb_as_rep_out *rep)
{
	struct cg_exchange *ex = cg_exchange_find(&v->exchanges, req->uid,
						  req->exchange);
	enum cg_status st;
	bool is_as;

	if (ex == NULL || (ex->as == NULL && ex->verify == NULL)) {
		return CG_E_NOT_FOUND;
	}
	is_as = ex->as != NULL;
	st = is_as ? step_as(v, ex, req->reply, rep)
		   : step_verify(v, ex, req->reply, rep);
	if (is_as && st == CG_E_KRB5) {
		cg_kept_refused(v, ex);
	}
	if (st != CG_OK || rep->more == 0) {
		cg_exchange_close(v->krb5, &v->exchanges, ex);
	}
	return st;
}
