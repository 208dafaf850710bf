/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A service ticket for a TGT of the vault. */
#include "isolated-helper/broker/acquire.h"

#include "isolated-helper/broker/acquire_exchange.h"
#include "isolated-helper/broker/acquire_job.h"
#include "isolated-helper/broker/ticket.h"

struct tevent_req *cg_acquire_service_send(TALLOC_CTX *mem_ctx,
					   struct tevent_context *ev,
					   struct cg_acquire *acquire,
					   uid_t uid, struct cg_handle tgt,
					   struct cg_bytes server)
{
	const struct cg_exchange_input in = {
		.kind = &cg_exchange_tgs,
		.uid = uid,
		.tgt = tgt,
		.server = server,
	};

	return cg_job_send(mem_ctx, ev, acquire, &in);
}

struct tevent_req *cg_acquire_delegated_send(
	TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct cg_acquire *acquire, const struct cg_delegation *delegation)
{
	const struct cg_exchange_input in = {
		.kind = &cg_exchange_tgs,
		.uid = delegation->uid,
		.tgt = delegation->tgt,
		.server = delegation->server,
		.evidence = delegation->evidence,
	};

	return cg_job_send(mem_ctx, ev, acquire, &in);
}

enum cg_status cg_acquire_service_recv(struct tevent_req *req,
				       TALLOC_CTX *mem_ctx,
				       struct cg_ticket **out,
				       uint32_t *detail)
{
	enum cg_status st = cg_job_recv(req, mem_ctx, out, detail);

	/* A ticket of which the vault shows the names only. */
	if (st == CG_OK && (*out)->ticket.len == 0) {
		TALLOC_FREE(*out);
		return CG_E_DENIED;
	}
	return st;
}
