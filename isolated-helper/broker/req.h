/* SPDX-License-Identifier: GPL-3.0-or-later */
/* enum cg_status and tevent requests: the only way between the two. */
#ifndef CG_BROKER_REQ_H
#define CG_BROKER_REQ_H

#include <stdbool.h>
#include <tevent.h>

#include "idl/status.h"

/* True, and req is ended with st, when st is a failure. */
bool cg_req_failed(struct tevent_req *req, enum cg_status st);
/* How req ended; for recv functions. */
CG_MUST_CHECK enum cg_status cg_req_status(struct tevent_req *req);
/* Ends req with st now and lets its callback run later; for send functions
 * that already know the result. */
struct tevent_req *cg_req_post(struct tevent_req *req,
			       struct tevent_context *ev, enum cg_status st);

#endif
