/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See blocking_call.h. */
#include "plugin/client/blocking_call.h"

enum cg_status cg_blocking_call_run(TALLOC_CTX *mem_ctx,
				    const struct cg_blocking_call *call,
				    const void *in, void *out,
				    struct cg_client_error *err)
{
	struct tevent_req *req;
	struct cg_blocking *b;
	enum cg_status st = cg_blocking_begin(mem_ctx, &b, err);

	if (st != CG_OK) {
		return st;
	}
	req = call->send(b, in);
	st = cg_blocking_wait(b, req, err);
	if (st == CG_OK) {
		st = call->recv(req, mem_ctx, out, err);
	}
	talloc_free(b);
	return st;
}
