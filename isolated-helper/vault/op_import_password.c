/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/ops.h"

#include <stdlib.h>

#include "isolated-helper/vault/crypto.h"
#include "isolated-helper/vault/vault.h"

enum cg_status cg_op_import_password(struct cg_vault *v,
				     const struct cg_import_password_in *req,
				     struct cg_import_password_out *rep)
{
	const struct cg_crypto_box box = { req->uid, req->client,
					   req->sealed };
	struct cg_entry *e = NULL;
	enum cg_status st;

	cg_vault_sweep(v);
	if (req->held == 1 && !v->reacquire) {
		return CG_E_DENIED;
	}
	if (!cg_vault_has_room(v)) {
		return CG_E_LIMIT;
	}
	e = calloc(1, sizeof(*e));
	if (e == NULL) {
		return CG_E_NO_MEMORY;
	}
	e->uid = req->uid;
	e->kind = CG_KIND_PASSWORD;
	e->is_held = req->held == 1;
	e->authtime = cg_vault_now();
	e->client = cg_bytes_copy(req->client);
	st = cg_vault_unseal(v, &box, &e->secret);
	if (st != CG_OK) {
		cg_entry_forget(e);
		return st;
	}
	return cg_store_add(&v->store, e, &rep->handle);
}
