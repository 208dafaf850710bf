/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See kcm_dispatch.h. */
#include "isolated-helper/broker/kcm_dispatch.h"

#include <errno.h>
#include <krb5.h>

#include "isolated-helper/broker/kcm_error.h"
#include "isolated-helper/broker/kcm_ops.h"

/* A failure takes nothing but what call brought along. */
static void put_error(struct cg_kcm_call *call, enum cg_status st)
{
	call->out = cg_writer_of(call->error, sizeof(call->error));
	cg_writer_u32_be(&call->out, 4);
	cg_writer_u32_be(&call->out, 0);
	cg_writer_u32_be(&call->out, cg_kcm_error(st, call->code));
}

static void end(struct cg_kcm_call *call, enum cg_status st)
{
	size_t len = 0;

	if (st == CG_OK) {
		st = cg_writer_finish(&call->out, &len);
	}
	/* The length that the reply begins with must be true. */
	if (st == CG_OK && len != call->out.cap) {
		st = CG_E_SYSTEM;
	}
	if (st != CG_OK) {
		put_error(call, st);
	}
	call->on_done(call, call->arg);
}

static void got_what_it_waited_for(struct tevent_req *req);

static void proceed(struct cg_kcm_call *call, enum cg_status st)
{
	if (st == CG_OK && call->wait != NULL) {
		tevent_req_set_callback(call->wait, got_what_it_waited_for,
					call);
		return;
	}
	end(call, st);
}

static void got_what_it_waited_for(struct tevent_req *req)
{
	struct cg_kcm_call *call = tevent_req_callback_data(
		req, struct cg_kcm_call);
	enum cg_status st;

	st = call->op->finish(call);
	if (call->wait == req) {
		call->wait = NULL;
	}
	TALLOC_FREE(req);
	proceed(call, st);
}

static enum cg_status begin(struct cg_kcm_call *call)
{
	uint8_t major = cg_reader_u8(&call->in);
	uint8_t minor = cg_reader_u8(&call->in);
	uint16_t opcode = cg_reader_u16_be(&call->in);

	if (call->in.failed) {
		return CG_E_PROTO;
	}
	if (major != CG_KCM_MAJOR || minor != CG_KCM_MINOR) {
		return cg_kcm_call_fail(call, EPROTONOSUPPORT);
	}
	call->op = cg_kcm_ops_find(opcode);
	if (call->op == NULL) {
		return cg_kcm_call_fail(call, KRB5_CC_NOSUPP);
	}
	return call->op->run(call);
}

void cg_kcm_dispatch(struct cg_kcm_call *call, struct cg_bytes request)
{
	call->owner = call->uid;
	call->in = cg_reader_of(request.data, request.len);
	proceed(call, begin(call));
}
