/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/ops.h"

#include "isolated-helper/vault/vault.h"

enum cg_status cg_op_forget_entry(struct cg_vault *v,
				  const struct cg_forget_entry_in *req,
				  struct cg_forget_entry_out *rep)
{
	if (req->handle.v == 0) {
		return CG_E_INVALID;
	}
	rep->n_forgotten = cg_store_forget(&v->store, req->uid, req->handle);
	rep->n_forgotten += cg_exchange_forget(
		v->krb5, &v->exchanges,
		&(struct cg_exchange_choice){ .uid = req->uid,
					      .handle = req->handle });
	return rep->n_forgotten > 0 ? CG_OK : CG_E_NOT_FOUND;
}
