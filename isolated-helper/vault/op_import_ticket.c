/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/ops.h"

#include "isolated-helper/vault/krb5_import.h"
#include "isolated-helper/vault/life.h"
#include "isolated-helper/vault/vault.h"

enum cg_status cg_op_import_ticket(struct cg_vault *v,
				   const struct cg_import_ticket_in *req,
				   struct cg_import_ticket_out *rep)
{
	struct cg_entry *e = NULL;
	enum cg_status st;

	cg_vault_sweep(v);
	if (!cg_vault_has_room(v)) {
		return CG_E_LIMIT;
	}
	st = cg_import_entry(req, &e);
	if (st != CG_OK || e == NULL) {
		return st;
	}
	cg_life_limit(v, e);
	rep->kept = 1;
	rep->endtime = e->endtime;
	rep->renew_till = e->renew_till;
	return cg_store_add(&v->store, e, &rep->handle);
}
