/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A TGT of the vault, renewed in its place. */
#include "isolated-helper/broker/acquire.h"

#include "isolated-helper/broker/acquire_exchange.h"
#include "isolated-helper/broker/acquire_job.h"
#include "isolated-helper/broker/ticket.h"

struct tevent_req *cg_acquire_renewed_send(TALLOC_CTX *mem_ctx,
					   struct tevent_context *ev,
					   struct cg_acquire *acquire,
					   uid_t uid, struct cg_handle tgt)
{
	const struct cg_exchange_input in = {
		.kind = &cg_exchange_tgs,
		.uid = uid,
		.tgt = tgt,
		.renew = true,
	};

	return cg_job_send(mem_ctx, ev, acquire, &in);
}

enum cg_status cg_acquire_renewed_recv(struct tevent_req *req,
				       TALLOC_CTX *mem_ctx,
				       struct cg_ticket **out,
				       uint32_t *detail)
{
	enum cg_status st = cg_job_recv(req, mem_ctx, out, detail);

	/* The vault would have released a ticket that nobody asked for. */
	if (st == CG_OK && (*out)->ticket.len != 0) {
		TALLOC_FREE(*out);
		return CG_E_UNAVAILABLE;
	}
	return st;
}
