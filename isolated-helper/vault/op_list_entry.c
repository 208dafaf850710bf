/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/ops.h"

#include "isolated-helper/vault/vault.h"

enum cg_status cg_op_list_entry(struct cg_vault *v,
				const struct cg_list_entry_in *req,
				struct cg_list_entry_out *rep)
{
	const struct cg_entry *e = cg_store_after(&v->store, req->uid,
						  req->after);

	if (e == NULL) {
		return CG_E_NOT_FOUND;
	}
	rep->handle = e->handle;
	rep->uid = e->uid;
	rep->kind = e->kind;
	rep->ticket_flags = e->ticket_flags;
	rep->authtime = e->authtime;
	rep->starttime = e->starttime;
	rep->endtime = e->endtime;
	rep->renew_till = e->renew_till;
	rep->client = e->client;
	rep->server = e->server;
	return CG_OK;
}
