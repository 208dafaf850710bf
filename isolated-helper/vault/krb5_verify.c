/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/krb5_verify.h"

#include <stdlib.h>

#include "isolated-helper/vault/krb5_protected.h"
#include "isolated-helper/vault/krb5_tgs.h"
#include "isolated-helper/vault/krb5_ticket.h"
#include "isolated-helper/vault/vault.h"

struct cg_verify {
	struct cg_tgs *tgs;
	struct cg_handle tgt;
};

static enum cg_status ask(struct cg_vault *v, struct cg_exchange *ex,
			  struct cg_verify_outcome *out)
{
	const struct cg_entry *tgt = cg_store_find(&v->store, ex->uid,
						   ex->verify->tgt);
	enum cg_status st;

	if (tgt == NULL || v->machine.first == NULL) {
		return CG_E_UNVERIFIED;
	}
	st = cg_tgs_begin(v, tgt, v->machine.first->server,
			  &ex->verify->tgs);
	if (st == CG_OK) {
		st = cg_tgs_request(v, ex->verify->tgs, &out->request);
	}
	out->more = st == CG_OK;
	return st;
}

enum cg_status cg_verify_begin(struct cg_vault *v, struct cg_exchange *ex,
			       struct cg_entry *tgt,
			       struct cg_verify_outcome *out)
{
	enum cg_status st;

	*out = (struct cg_verify_outcome){ 0 };
	if (tgt->kind != CG_KIND_TGT) {
		cg_entry_forget(tgt);
		return CG_E_DENIED;
	}
	ex->verify = calloc(1, sizeof(*ex->verify));
	if (ex->verify == NULL) {
		cg_entry_forget(tgt);
		return CG_E_NO_MEMORY;
	}
	tgt->kind = CG_KIND_UNVERIFIED;
	tgt->parent = ex->handle;
	st = cg_store_add(&v->store, tgt, &ex->verify->tgt);
	if (st != CG_OK) {
		return st;
	}
	st = ask(v, ex, out);
	if (st != CG_OK) {
		(void)cg_store_forget(&v->store, ex->uid, ex->verify->tgt);
	}
	return st;
}

/* The ticket for this machine has done its work. */
static enum cg_status judge(struct cg_vault *v, const struct cg_exchange *ex,
			    struct cg_entry *service,
			    struct cg_verify_outcome *out)
{
	struct cg_entry *tgt = cg_store_find(&v->store, ex->uid,
					     ex->verify->tgt);
	enum cg_status st = CG_E_UNVERIFIED;

	if (tgt != NULL && service != NULL) {
		st = cg_ticket_prove(v, service, &out->pac);
	}
	if (service != NULL) {
		cg_entry_forget(service);
	}
	if (st != CG_OK) {
		return st;
	}
	tgt->kind = CG_KIND_TGT;
	tgt->parent = (struct cg_handle){ 0 };
	tgt->is_verified = true;
	out->protected_user = cg_protected_apply(v, tgt, out->pac);
	out->tgt = tgt;
	return CG_OK;
}

enum cg_status cg_verify_absorb(struct cg_vault *v,
				const struct cg_exchange *ex,
				struct cg_bytes reply,
				struct cg_verify_outcome *out)
{
	struct cg_tgs_outcome step = { 0 };
	enum cg_status st;

	*out = (struct cg_verify_outcome){ 0 };
	st = cg_tgs_absorb(v, ex->verify->tgs, reply, &step);
	out->more = step.more;
	out->request = step.request;
	if (st == CG_OK && !step.more) {
		st = judge(v, ex, step.service, out);
	}
	if (st != CG_OK) {
		(void)cg_store_forget(&v->store, ex->uid, ex->verify->tgt);
	}
	return st;
}

void cg_verify_close(struct _krb5_context *ctx, struct cg_verify *verify)
{
	if (verify == NULL) {
		return;
	}
	cg_tgs_close(ctx, verify->tgs);
	free(verify);
}
