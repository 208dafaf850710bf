/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For plug-ins in processes of others: one call, waited for. An event context
 * of its own, no signal handler, no global state, and an end in time. */
#ifndef CG_CLIENT_BLOCKING_RUN_H
#define CG_CLIENT_BLOCKING_RUN_H

#include <talloc.h>
#include <tevent.h>

#include "idl/status.h"

struct cg_client;
struct cg_client_error;

/* Ends with talloc_free(). */
struct cg_blocking {
	struct tevent_context *ev;
	struct cg_client *client;
};

/* Connects. err may be NULL. */
CG_MUST_CHECK enum cg_status cg_blocking_begin(TALLOC_CTX *mem_ctx,
					       struct cg_blocking **out,
					       struct cg_client_error *err);
/* req NULL: out of memory. CG_OK: it ended, one way or the other. */
CG_MUST_CHECK enum cg_status cg_blocking_wait(const struct cg_blocking *b,
					      struct tevent_req *req,
					      struct cg_client_error *err);

#endif
