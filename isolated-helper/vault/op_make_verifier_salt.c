/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/ops.h"

#include <stdlib.h>

#include "isolated-helper/vault/sealer.h"
#include "isolated-helper/vault/vault.h"

enum cg_status cg_op_make_verifier_salt(
	struct cg_vault *v, const struct cg_make_verifier_salt_in *req,
	struct cg_make_verifier_salt_out *rep)
{
	uint8_t *salt = NULL;

	if (req->reserved != 0) {
		return CG_E_INVALID;
	}
	if (!cg_sealer_has_key(v->sealer)) {
		return CG_E_DENIED;
	}
	salt = calloc(1, CG_SALT_LEN);
	if (salt == NULL) {
		return CG_E_NO_MEMORY;
	}
	cg_vault_hold(v, salt);
	rep->log_n = v->offline.policy.log_n;
	rep->r = v->offline.policy.r;
	rep->p = v->offline.policy.p;
	rep->salt = (struct cg_bytes){ salt, CG_SALT_LEN };
	return cg_sealer_random(salt, CG_SALT_LEN);
}
