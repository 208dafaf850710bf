/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The operations of the vault: one file each, named after its function. The
 * pointers of a reply are valid until cg_vault_release(). Handlers never call
 * each other. */
#ifndef CG_VAULT_OPS_H
#define CG_VAULT_OPS_H

#include "idl/cg_idl.h"

struct cg_vault;

#define CG_DECLARE_OP(upper, name, phase) \
	CG_MUST_CHECK enum cg_status cg_op_##name( \
		struct cg_vault *v, const struct cg_##name##_in *req, \
		struct cg_##name##_out *rep);
CG_VAULT_OPS(CG_DECLARE_OP)
#undef CG_DECLARE_OP

#endif
