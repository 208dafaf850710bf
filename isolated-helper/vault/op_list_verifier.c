/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/ops.h"

#include "isolated-helper/vault/vault.h"
#include "isolated-helper/vault/verifier.h"

static void describe(const struct cg_vault *v, const struct cg_verifier *of,
		     struct cg_list_verifier_out *rep)
{
	rep->n_failures = of->n_failures;
	rep->log_n = of->log_n;
	rep->r = of->r;
	rep->p = of->p;
	rep->made = of->made;
	rep->last_use = of->last_use;
	rep->locked_until = of->locked_until;
	rep->expires = cg_verifier_rules_expires(&v->offline.policy, of);
	rep->client = of->client;
	rep->sid = of->sid;
	rep->domain = of->domain;
	rep->salt = of->salt;
}

enum cg_status cg_op_list_verifier(struct cg_vault *v,
				   const struct cg_list_verifier_in *req,
				   struct cg_list_verifier_out *rep)
{
	struct cg_verifier verifier;
	enum cg_status st;

	st = cg_verifier_open(v->sealer, req->uid, req->record, &verifier);
	if (st == CG_OK) {
		st = cg_verifier_rules_seen(v->offline.rows, &verifier,
					    req->record);
	}
	if (st == CG_OK) {
		describe(v, &verifier, rep);
	}
	cg_vault_hold(v, verifier.text);
	verifier.text = NULL;
	cg_verifier_forget(&verifier);
	return st;
}
