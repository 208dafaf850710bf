/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/ops.h"

#include "idl/cursor.h"
#include "isolated-helper/vault/crypto.h"
#include "isolated-helper/vault/secret.h"
#include "isolated-helper/vault/vault.h"

struct opened {
	uint32_t number;
	struct cg_machine machine;
};

static struct cg_import_machine_key_in next_key(struct cg_reader *r)
{
	struct cg_import_machine_key_in in = { .kvno = cg_reader_u32_be(r) };
	struct cg_bytes bytes;

	in.enctype = (int32_t)cg_reader_u32_be(r);
	in.server = cg_reader_counted_be(r, CG_PRINCIPAL_MAX);
	bytes = cg_reader_counted_be(r, CG_KEY_MAX);
	in.machine_key = (struct cg_secret_bytes){ bytes.data, bytes.len };
	return in;
}

static enum cg_status read_keys(struct cg_secret_bytes lent, void *arg)
{
	struct opened *to = arg;
	struct cg_reader r = cg_reader_of(lent.data, lent.len);
	enum cg_status st = CG_OK;

	to->number = cg_reader_u32_be(&r);
	while (st == CG_OK && !r.failed && r.pos < r.len) {
		const struct cg_import_machine_key_in in = next_key(&r);

		st = r.failed ? CG_E_INVALID
			      : cg_machine_add(&to->machine, &in);
	}
	return r.failed ? CG_E_INVALID : st;
}

/* An old box, kept by the broker, would bring an old key back. */
static enum cg_status replace(struct cg_vault *v, struct opened *with)
{
	const struct cg_machine old = v->machine;

	if (with->number <= v->last_handover) {
		return CG_E_DENIED;
	}
	v->last_handover = with->number;
	v->machine = with->machine;
	v->machine.verify_kdc = old.verify_kdc;
	with->machine = old;
	return CG_OK;
}

enum cg_status cg_op_unseal_machine_key(
	struct cg_vault *v, const struct cg_unseal_machine_key_in *req,
	struct cg_unseal_machine_key_out *rep)
{
	struct opened opened = { 0 };
	struct cg_secret *text = NULL;
	enum cg_status st;

	if (v->handover == NULL) {
		return CG_E_DENIED;
	}
	if (!cg_vault_has_room(v)) {
		return CG_E_LIMIT;
	}
	st = cg_crypto_open_handover(v->crypto, v->handover, req->sealed,
				     &text);
	if (st == CG_OK) {
		st = cg_secret_with(text, read_keys, &opened);
	}
	if (st == CG_OK) {
		st = replace(v, &opened);
	}
	cg_machine_forget(&opened.machine);
	cg_secret_forget(&text);
	rep->n_keys = v->machine.n;
	return st;
}
