/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See blocking_run.h. */
#include "plugin/client/blocking_run.h"

#include "plugin/client/client.h"
#include "plugin/client/client_error.h"

enum cg_status cg_blocking_wait(const struct cg_blocking *b,
				struct tevent_req *req,
				struct cg_client_error *err)
{
	if (req == NULL) {
		return cg_client_error_set(err, CG_STAGE_LOCAL,
					   CG_E_NO_MEMORY, NULL, NULL);
	}
	if (!tevent_req_poll(req, b->ev)) {
		return cg_client_error_errno(err, CG_STAGE_LOCAL, CG_E_SYSTEM,
					     NULL);
	}
	return CG_OK;
}

static enum cg_status connect_client(struct cg_blocking *b,
				     struct cg_client_error *err)
{
	struct tevent_req *req = cg_client_connect_send(b, b->ev, NULL);
	enum cg_status st = cg_blocking_wait(b, req, err);

	if (st == CG_OK) {
		st = cg_client_connect_recv(req, b, &b->client, err);
	}
	talloc_free(req);
	return st;
}

enum cg_status cg_blocking_begin(TALLOC_CTX *mem_ctx, struct cg_blocking **out,
				 struct cg_client_error *err)
{
	struct cg_blocking *b = talloc_zero(mem_ctx, struct cg_blocking);
	enum cg_status st;

	*out = NULL;
	if (b != NULL) {
		b->ev = tevent_context_init(b);
	}
	if (b == NULL || b->ev == NULL) {
		talloc_free(b);
		return cg_client_error_set(err, CG_STAGE_LOCAL,
					   CG_E_NO_MEMORY, NULL, NULL);
	}
	st = connect_client(b, err);
	if (st != CG_OK) {
		talloc_free(b);
		return st;
	}
	*out = b;
	return CG_OK;
}
