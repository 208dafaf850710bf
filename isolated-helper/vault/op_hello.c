/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/ops.h"

#include "idl/limits.h"
#include "isolated-helper/vault/vault.h"

enum cg_status cg_op_hello(struct cg_vault *v, const struct cg_hello_in *req,
			   struct cg_hello_out *rep)
{
	if (req->version != CG_WIRE_VERSION) {
		return CG_E_INVALID;
	}
	v->phase = CG_PHASE_READY;
	rep->version = CG_WIRE_VERSION;
	rep->protection = v->protections.bits;
	rep->landlock_abi = v->protections.landlock_abi;
	return CG_OK;
}
