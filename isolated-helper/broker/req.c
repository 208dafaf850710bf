/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See req.h. */
#include "isolated-helper/broker/req.h"

bool cg_req_failed(struct tevent_req *req, enum cg_status st)
{
	if (st == CG_OK) {
		return false;
	}
	tevent_req_error(req, (uint64_t)st);
	return true;
}

enum cg_status cg_req_status(struct tevent_req *req)
{
	enum tevent_req_state state;
	uint64_t error;

	if (!tevent_req_is_error(req, &state, &error)) {
		return CG_OK;
	}
	if (state == TEVENT_REQ_TIMED_OUT) {
		return CG_E_TIMEOUT;
	}
	if (state == TEVENT_REQ_NO_MEMORY) {
		return CG_E_NO_MEMORY;
	}
	if (state != TEVENT_REQ_USER_ERROR || error == CG_OK
	    || error >= CG_STATUS_COUNT) {
		return CG_E_SYSTEM;
	}
	return (enum cg_status)error;
}

struct tevent_req *cg_req_post(struct tevent_req *req,
			       struct tevent_context *ev, enum cg_status st)
{
	if (!cg_req_failed(req, st)) {
		tevent_req_done(req);
	}
	return tevent_req_post(req, ev);
}
