/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/ops.h"

#include <string.h>

#include "isolated-helper/vault/vault.h"
#include "isolated-helper/vault/verifier.h"

/* The record that check_verifier will take, and no other. */
static void expect(struct cg_vault *v, uint32_t uid, struct cg_bytes record)
{
	struct cg_attempt *a = &v->offline.attempt;

	a->is_open = true;
	a->uid = uid;
	memcpy(a->tag, record.data + record.len - sizeof(a->tag),
	       sizeof(a->tag));
}

static enum cg_status attempt(struct cg_vault *v, struct cg_verifier *of,
			      struct cg_make_verifier_attempt_out *rep)
{
	enum cg_status st;

	rep->result = cg_verifier_rules_attempt(&v->offline.policy,
						cg_vault_now(), of);
	rep->locked_until = of->locked_until;
	rep->last_use = of->last_use;
	if (rep->result != CG_OFFLINE_OK) {
		return CG_OK;
	}
	st = cg_verifier_seal(v->sealer, of, &rep->record);
	cg_vault_hold(v, rep->record.data);
	if (st == CG_OK) {
		expect(v, of->uid, rep->record);
	}
	return st;
}

/* A new attempt ends the one before: of each stored record one guess, not
 * more. What is made here counts as seen only once check_verifier gets it,
 * which is after it was stored; so a crash in between shuts nobody out. */
enum cg_status cg_op_make_verifier_attempt(
	struct cg_vault *v, const struct cg_make_verifier_attempt_in *req,
	struct cg_make_verifier_attempt_out *rep)
{
	struct cg_verifier verifier;
	enum cg_status st;

	v->offline.attempt.is_open = false;
	st = cg_verifier_open(v->sealer, req->uid, req->record, &verifier);
	if (st == CG_OK) {
		st = cg_verifier_rules_seen(v->offline.rows, &verifier,
					    req->record);
	}
	if (st == CG_OK) {
		st = attempt(v, &verifier, rep);
	}
	cg_verifier_forget(&verifier);
	return st;
}
