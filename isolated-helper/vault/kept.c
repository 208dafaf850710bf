/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/kept.h"

#include "idl/kdc_error.h"
#include "isolated-helper/vault/secret.h"
#include "isolated-helper/vault/vault.h"

static bool was_kept(const struct cg_entry *e)
{
	return (e->kind == CG_KIND_TGT && e->long_term != NULL) ||
	       (e->kind == CG_KIND_PASSWORD && e->is_held);
}

enum cg_status cg_kept_find(const struct cg_vault *v, uint32_t uid,
			    struct cg_handle handle,
			    const struct cg_entry **out)
{
	const struct cg_entry *e = cg_store_find(&v->store, uid, handle);

	*out = NULL;
	if (!v->reacquire || e == NULL || !was_kept(e)) {
		return CG_E_NOT_FOUND;
	}
	if (cg_exchange_uses(&v->exchanges, handle)) {
		return CG_E_LIMIT;
	}
	*out = e;
	return CG_OK;
}

/* Its user joined Protected Users meanwhile. */
static void drop_if_protected(struct cg_entry *tgt)
{
	if (tgt->is_protected) {
		cg_secret_forget(&tgt->nt_hash);
		cg_secret_forget(&tgt->typed);
		cg_secret_forget(&tgt->long_term);
	}
}

enum cg_status cg_kept_replace(struct cg_vault *v,
			       const struct cg_exchange *ex,
			       struct cg_entry *tgt, struct cg_entry **out)
{
	struct cg_entry *old = cg_store_find(&v->store, ex->uid, ex->source);
	struct cg_handle handle;
	enum cg_status st;

	*out = NULL;
	/* Signed off meanwhile. */
	if (old == NULL) {
		cg_entry_forget(tgt);
		return CG_E_NOT_FOUND;
	}
	if (!cg_bytes_equal(old->client, tgt->client) &&
	    old->kind == CG_KIND_TGT) {
		cg_entry_forget(tgt);
		return CG_E_DENIED;
	}
	if (old->kind == CG_KIND_TGT) {
		cg_store_swap(old, tgt);
		cg_entry_forget(tgt);
		drop_if_protected(old);
		*out = old;
		return CG_OK;
	}
	st = cg_store_add(&v->store, tgt, &handle);
	if (st == CG_OK) {
		(void)cg_store_forget(&v->store, ex->uid, ex->source);
		*out = tgt;
	}
	return st;
}

void cg_kept_refused(struct cg_vault *v, const struct cg_exchange *ex)
{
	struct cg_entry *e = cg_store_find(&v->store, ex->uid, ex->source);

	if (e == NULL || CG_KDC_ERROR_PASSES(v->detail)) {
		return;
	}
	if (e->kind == CG_KIND_TGT) {
		cg_secret_forget(&e->long_term);
		return;
	}
	(void)cg_store_forget(&v->store, ex->uid, ex->source);
}
