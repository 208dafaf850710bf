/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The operations of interface credguard_client, each in its own file:
 * cg_call_client_X_send(mem_ctx, ev, client, in) and
 * cg_call_client_X_recv(req, mem_ctx, out, err). Fields that are bytes view
 * a message that is a talloc child of recv's mem_ctx. err may be NULL. */
#ifndef CG_CLIENT_CALLS_H
#define CG_CLIENT_CALLS_H

#include <talloc.h>
#include <tevent.h>

#include "idl/cg_idl.h"
#include "idl/status.h"

struct cg_client;
struct cg_client_error;

#define CG_CALL_DECLARE(OP, x, PHASE) \
	struct tevent_req *cg_call_##x##_send( \
		TALLOC_CTX *mem_ctx, struct tevent_context *ev, \
		struct cg_client *client, const struct cg_##x##_in *in); \
	CG_MUST_CHECK enum cg_status cg_call_##x##_recv( \
		struct tevent_req *req, TALLOC_CTX *mem_ctx, \
		struct cg_##x##_out *out, struct cg_client_error *err);

CG_CLIENT_OPS(CG_CALL_DECLARE)

#undef CG_CALL_DECLARE

#endif
