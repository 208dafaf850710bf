/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An exchange and those who wait for it: the same question asked twice is one
 * exchange, and one whose callers all went away still comes to its end. */
#ifndef CG_BROKER_ACQUIRE_JOB_H
#define CG_BROKER_ACQUIRE_JOB_H

#include <talloc.h>
#include <tevent.h>

#include "idl/status.h"

struct cg_acquire;
struct cg_exchange_input;
struct cg_ticket;

/* in and its bytes are copied. */
struct tevent_req *cg_job_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
			       struct cg_acquire *acquire,
			       const struct cg_exchange_input *in);
CG_MUST_CHECK enum cg_status cg_job_recv(struct tevent_req *req,
					 TALLOC_CTX *mem_ctx,
					 struct cg_ticket **out,
					 uint32_t *detail);

#endif
