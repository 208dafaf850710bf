/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/ops.h"

#include "isolated-helper/vault/krb5_tgs.h"
#include "isolated-helper/vault/policy.h"
#include "isolated-helper/vault/secret.h"
#include "isolated-helper/vault/vault.h"

/* Names, times and flags. */
static void describe(const struct cg_entry *e,
		     struct cg_absorb_tgs_rep_out *rep)
{
	rep->ticket_flags = e->ticket_flags;
	rep->authtime = e->authtime;
	rep->starttime = e->starttime;
	rep->endtime = e->endtime;
	rep->renew_till = e->renew_till;
	rep->client = e->client;
	rep->server = e->server;
}

/* The one place where a key leaves: a service ticket's session key. */
static enum cg_status release_key(struct cg_secret_bytes lent, void *arg)
{
	struct cg_absorb_tgs_rep_out *rep = arg;

	rep->session_key = lent;
	return CG_OK;
}

static enum cg_status release(struct cg_vault *v, struct cg_entry *service,
			      struct cg_absorb_tgs_rep_out *rep)
{
	/* What the KDC calls it may be another name than was asked for. */
	enum cg_status st = cg_policy_may_ticket(v, service->client,
						 service->server);

	v->outgoing = service;	/* erased once the reply is written */
	if (st != CG_OK) {
		return st;
	}
	describe(service, rep);
	rep->enctype = service->enctype;
	rep->ticket = service->ticket;
	return cg_secret_with(service->secret, release_key, rep);
}

enum cg_status cg_op_absorb_tgs_rep(struct cg_vault *v,
				    const struct cg_absorb_tgs_rep_in *req,
				    struct cg_absorb_tgs_rep_out *rep)
{
	struct cg_exchange *ex = cg_exchange_find(&v->exchanges, req->uid,
						  req->exchange);
	struct cg_tgs_outcome outcome = { 0 };
	enum cg_status st;

	if (ex == NULL || ex->tgs == NULL) {
		return CG_E_NOT_FOUND;
	}
	st = cg_tgs_absorb(v, ex->tgs, req->reply, &outcome);
	if (st == CG_OK && outcome.more) {
		cg_vault_hold(v, outcome.request.message.data);
		cg_vault_hold(v, outcome.request.realm.data);
		rep->more = 1;
		rep->realm = outcome.request.realm;
		rep->request = outcome.request.message;
		return CG_OK;
	}
	if (st == CG_OK && outcome.renewed != NULL) {
		rep->kept = 1;
		describe(outcome.renewed, rep);
	} else if (st == CG_OK) {
		rep->rc4 = outcome.is_rc4 ? 1 : 0;
		st = release(v, outcome.service, rep);
	}
	cg_exchange_close(v->krb5, &v->exchanges, ex);
	return st;
}
