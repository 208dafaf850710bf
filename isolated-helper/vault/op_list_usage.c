/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/ops.h"

#include "isolated-helper/vault/vault.h"

enum cg_status cg_op_list_usage(struct cg_vault *v,
				const struct cg_list_usage_in *req,
				struct cg_list_usage_out *rep)
{
	if (req->reserved != 0) {
		return CG_E_INVALID;
	}
	rep->n_entries = v->store.n_entries;
	rep->n_exchanges = v->exchanges.n;
	rep->arena_size = v->arena_size;
	rep->arena_used = v->arena_used();
	return CG_OK;
}
