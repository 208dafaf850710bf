/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Calls that wait, for plug-ins inside programs that are not ours: each
 * connects, asks once and hangs up, on an event loop of its own that is gone
 * afterwards. No signal handler, no thread, nothing kept between two calls;
 * any thread may call. Ends within CG_CLIENT_TIMEOUT_MS for the connection and
 * as long, or CG_CLIENT_KDC_TIMEOUT_MS when a KDC is asked, for the answer
 * (client.h). What *out views belongs to mem_ctx; keys in it
 * are wiped when that is freed. err may be NULL.
 */
#ifndef CG_CLIENT_BLOCKING_H
#define CG_CLIENT_BLOCKING_H

#include <talloc.h>

#include "idl/cg_idl.h"
#include "idl/status.h"

struct cg_client_error;

CG_MUST_CHECK enum cg_status cg_blocking_make_ticket(
	TALLOC_CTX *mem_ctx, const struct cg_client_make_ticket_in *in,
	struct cg_client_make_ticket_out *out, struct cg_client_error *err);
CG_MUST_CHECK enum cg_status cg_blocking_make_ntlm_response(
	TALLOC_CTX *mem_ctx, const struct cg_client_make_ntlm_response_in *in,
	struct cg_client_make_ntlm_response_out *out,
	struct cg_client_error *err);

#endif
