/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A TGT for a typed password, which comes sealed to the vault's key. */
#include "isolated-helper/broker/acquire.h"

#include "isolated-helper/broker/acquire_exchange.h"
#include "isolated-helper/broker/acquire_job.h"
#include "isolated-helper/broker/ticket.h"

struct tevent_req *cg_acquire_tgt_send(TALLOC_CTX *mem_ctx,
				       struct tevent_context *ev,
				       struct cg_acquire *acquire,
				       const struct cg_logon *logon)
{
	const struct cg_exchange_input in = {
		.kind = &cg_exchange_as,
		.uid = logon->uid,
		.logon = *logon,
	};

	return cg_job_send(mem_ctx, ev, acquire, &in);
}

enum cg_status cg_acquire_tgt_recv(struct tevent_req *req,
				   TALLOC_CTX *mem_ctx,
				   struct cg_ticket **out, uint32_t *detail)
{
	enum cg_status st = cg_job_recv(req, mem_ctx, out, detail);

	if (st == CG_OK && (*out)->kept.v == 0) {
		TALLOC_FREE(*out);
		return CG_E_UNAVAILABLE;
	}
	return st;
}
