/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/ops.h"

#include "isolated-helper/vault/vault.h"

enum cg_status cg_op_forget_uid(struct cg_vault *v,
				const struct cg_forget_uid_in *req,
				struct cg_forget_uid_out *rep)
{
	rep->n_forgotten = cg_store_forget_uid(&v->store, req->uid);
	rep->n_forgotten += cg_exchange_forget(
		v->krb5, &v->exchanges,
		&(struct cg_exchange_choice){ .uid = req->uid });
	return CG_OK;
}
