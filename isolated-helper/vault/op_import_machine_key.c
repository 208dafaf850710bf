/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/ops.h"

#include "isolated-helper/vault/vault.h"

enum cg_status cg_op_import_machine_key(
	struct cg_vault *v, const struct cg_import_machine_key_in *req,
	struct cg_import_machine_key_out *rep)
{
	enum cg_status st = cg_machine_add(&v->machine, req);

	rep->n_keys = v->machine.n;
	return st;
}
