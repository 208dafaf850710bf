/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/ops.h"

#include <string.h>

#include "isolated-helper/vault/secret.h"
#include "isolated-helper/vault/vault.h"
#include "isolated-helper/vault/verifier.h"
#include "isolated-helper/vault/verifier_proof.h"

/* Once: whatever follows, the attempt is over. */
static bool take_attempt(struct cg_vault *v,
			 const struct cg_check_verifier_in *req)
{
	struct cg_attempt *a = &v->offline.attempt;
	bool is_it = a->is_open && a->uid == req->uid &&
		     req->record.len > sizeof(a->tag) &&
		     cg_bytes_equal(
			(struct cg_bytes){ a->tag, sizeof(a->tag) },
			(struct cg_bytes){ req->record.data + req->record.len -
					   sizeof(a->tag), sizeof(a->tag) });

	a->is_open = false;
	return is_it;
}

static enum cg_status compare(struct cg_vault *v, const struct cg_verifier *of,
			      struct cg_bytes sealed, bool *right)
{
	struct cg_secret *proof = NULL;
	struct cg_secret *mac = NULL;
	enum cg_status st;

	*right = false;
	st = cg_verifier_proof_open(v, of, sealed, &proof, NULL);
	if (st == CG_OK) {
		st = cg_verifier_mac(v->sealer, of, proof, &mac);
	}
	if (st == CG_OK) {
		*right = cg_secret_equal(mac, of->mac);
	}
	cg_secret_forget(&proof);
	cg_secret_forget(&mac);
	return st;
}

static enum cg_status answer(struct cg_vault *v, struct cg_verifier *of,
			     bool right, struct cg_check_verifier_out *rep)
{
	enum cg_status st = CG_OK;

	if (right) {
		cg_verifier_rules_succeed(of);
		st = cg_verifier_seal(v->sealer, of, &rep->record);
		cg_vault_hold(v, rep->record.data);
	}
	rep->result = right ? CG_OFFLINE_OK : CG_OFFLINE_DENIED;
	rep->locked_until = of->locked_until;
	rep->last_use = of->last_use;
	return st;
}

enum cg_status cg_op_check_verifier(struct cg_vault *v,
				    const struct cg_check_verifier_in *req,
				    struct cg_check_verifier_out *rep)
{
	struct cg_verifier verifier;
	bool right = false;
	enum cg_status st;

	if (!take_attempt(v, req)) {
		return CG_E_DENIED;
	}
	st = cg_verifier_open(v->sealer, req->uid, req->record, &verifier);
	if (st == CG_OK) {
		st = cg_verifier_rules_seen(v->offline.rows, &verifier,
					    req->record);
	}
	if (st == CG_OK) {
		st = compare(v, &verifier, req->sealed, &right);
	}
	if (st == CG_OK) {
		st = answer(v, &verifier, right, rep);
	}
	cg_verifier_forget(&verifier);
	return st;
}
