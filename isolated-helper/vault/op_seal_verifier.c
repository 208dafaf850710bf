/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/ops.h"

#include "isolated-helper/vault/sealer.h"
#include "isolated-helper/vault/secret.h"
#include "isolated-helper/vault/vault.h"
#include "isolated-helper/vault/verifier.h"
#include "isolated-helper/vault/verifier_proof.h"

static bool is_sound(const struct cg_vault *v,
		     const struct cg_seal_verifier_in *req)
{
	const struct cg_verifier_policy *policy = &v->offline.policy;

	return req->log_n == policy->log_n && req->r == policy->r &&
	       req->p == policy->p && req->client.len > 0 &&
	       req->sid.len > 0 && req->domain.len > 0 &&
	       req->salt.len == CG_SALT_LEN;
}

static bool is_of(const struct cg_entry *e, struct cg_bytes client)
{
	return e->kind == CG_KIND_TGT && e->is_verified && e->typed != NULL &&
	       cg_bytes_equal(e->client, client);
}

/* Neither a KDC that proved nothing nor the broker makes a verifier for a
 * password of its own: one of the uid's TGTs must have come of this very
 * password. */
static enum cg_status check_typed(const struct cg_vault *v, uint32_t uid,
				  struct cg_bytes client,
				  const struct cg_secret *mark)
{
	struct cg_handle after = { 0 };

	for (;;) {
		const struct cg_entry *e = cg_store_after(&v->store, uid,
							  after);

		if (e == NULL) {
			return CG_E_DENIED;
		}
		if (is_of(e, client) && cg_secret_equal(e->typed, mark)) {
			return CG_OK;
		}
		after = e->handle;
	}
}

static enum cg_status seal(struct cg_vault *v, struct cg_verifier *verifier,
			   struct cg_bytes sealed, struct cg_bytes *out)
{
	struct cg_secret *proof = NULL;
	struct cg_secret *mark = NULL;
	enum cg_status st;

	st = cg_verifier_proof_open(v, verifier, sealed, &proof,
				    &mark);
	if (st == CG_OK) {
		st = check_typed(v, verifier->uid, verifier->client, mark);
	}
	if (st == CG_OK) {
		st = cg_verifier_mac(v->sealer, verifier, proof,
				     &verifier->mac);
	}
	if (st == CG_OK) {
		st = cg_verifier_seal(v->sealer, verifier, out);
	}
	cg_secret_forget(&proof);
	cg_secret_forget(&mark);
	return st;
}

enum cg_status cg_op_seal_verifier(struct cg_vault *v,
				   const struct cg_seal_verifier_in *req,
				   struct cg_seal_verifier_out *rep)
{
	uint64_t now = cg_vault_now();
	struct cg_verifier verifier = {
		.made = now, .last_use = now, .last_seen = now,
		.uid = req->uid,
		.log_n = req->log_n, .r = req->r, .p = req->p,
		.client = req->client, .sid = req->sid,
		.domain = req->domain, .salt = req->salt,
	};
	enum cg_status st;

	if (!cg_sealer_has_key(v->sealer)) {
		return CG_E_DENIED;
	}
	if (!is_sound(v, req)) {
		return CG_E_INVALID;
	}
	verifier.version = cg_verifier_rules_version(v->offline.rows,
						     req->uid, now);
	st = seal(v, &verifier, req->sealed, &rep->record);
	cg_vault_hold(v, rep->record.data);
	cg_verifier_forget(&verifier);
	rep->last_use = now;
	return st;
}
