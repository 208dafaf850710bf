/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asking for the caches, one after the other. */
#include "plugin/client/ctl_caches.h"

#include "idl/cg_idl.h"
#include "plugin/client/calls.h"
#include "plugin/client/ctl.h"

static enum cg_status fetch_next(struct cg_ctl *ctl, TALLOC_CTX *mem_ctx,
				 const struct cg_client_list_in *in,
				 struct cg_client_list_out *out)
{
	struct tevent_req *req;
	enum cg_status st;

	req = cg_call_client_list_send(ctl, ctl->ev, ctl->client, in);
	st = cg_ctl_wait(ctl, req);
	if (st == CG_OK) {
		st = cg_call_client_list_recv(req, mem_ctx, out, &ctl->error);
	}
	talloc_free(req);
	return st;
}

static enum cg_status add(struct cg_ctl_caches *caches, TALLOC_CTX *mem_ctx,
			  const struct cg_client_list_out *next)
{
	struct cg_client_list_out *more;

	more = talloc_realloc_size(mem_ctx, caches->of,
				   (caches->n + 1) * sizeof(*more));
	if (more == NULL) {
		return CG_E_NO_MEMORY;
	}
	more[caches->n] = *next;
	caches->of = more;
	caches->n++;
	return CG_OK;
}

enum cg_status cg_ctl_caches_fetch(struct cg_ctl *ctl, bool all,
				   TALLOC_CTX *mem_ctx,
				   struct cg_ctl_caches *out)
{
	struct cg_client_list_in in = { .all = all ? 1 : 0 };
	struct cg_client_list_out next;
	enum cg_status st;

	*out = (struct cg_ctl_caches){ 0 };
	for (;;) {
		st = fetch_next(ctl, mem_ctx, &in, &next);
		if (st == CG_E_NOT_FOUND) {
			return CG_OK;
		}
		if (st != CG_OK) {
			return st;
		}
		/* A broker that goes in circles must not keep us. */
		if (next.index <= in.after) {
			return cg_client_error_set(&ctl->error, CG_STAGE_CALL,
						   CG_E_PROTO, NULL, NULL);
		}
		in.after = next.index;
		st = add(out, mem_ctx, &next);
		if (st != CG_OK) {
			return cg_client_error_set(&ctl->error, CG_STAGE_LOCAL,
						   st, NULL, NULL);
		}
	}
}
