/* SPDX-License-Identifier: GPL-3.0-or-later */
/* tevent requests that end with a status of ours. */
#ifndef CG_CLIENT_REQ_H
#define CG_CLIENT_REQ_H

#include <stdbool.h>
#include <stdint.h>
#include <tevent.h>

#include "idl/status.h"

static inline bool cg_req_failed(struct tevent_req *req, enum cg_status st)
{
	if (st == CG_OK) {
		return false;
	}
	tevent_req_error(req, (uint64_t)st);
	return true;
}

/* How the request ended; for the recv functions. */
CG_MUST_CHECK static inline enum cg_status cg_req_status(
	struct tevent_req *req)
{
	enum tevent_req_state state;
	uint64_t error = 0;

	if (!tevent_req_is_error(req, &state, &error)) {
		return CG_OK;
	}
	if (state == TEVENT_REQ_TIMED_OUT) {
		return CG_E_TIMEOUT;
	}
	if (state == TEVENT_REQ_NO_MEMORY) {
		return CG_E_NO_MEMORY;
	}
	return (enum cg_status)error;
}

#endif
