/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The guess itself. */
#include "isolated-helper/broker/vault_calls.h"

#include "isolated-helper/broker/vault.h"

static enum cg_status push(struct cg_writer *w, const void *in)
{
	const struct cg_check_verifier_in *req = in;

	return cg_push_check_verifier_in(w, req);
}

static enum cg_status pull(struct cg_reader *r, void *out)
{
	struct cg_check_verifier_out *rep = out;

	return cg_pull_check_verifier_out(r, rep);
}

static const struct cg_vault_op op = {
	CG_OP_CHECK_VERIFIER, push, pull,
	sizeof(struct cg_check_verifier_out)
};

struct tevent_req *cg_call_check_verifier_send(
	TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct cg_vault *vault, const struct cg_check_verifier_in *in)
{
	return cg_vault_call_send(mem_ctx, ev, vault, &op, in);
}

enum cg_status cg_call_check_verifier_recv(
	struct tevent_req *req, TALLOC_CTX *mem_ctx,
	struct cg_check_verifier_out *out, uint32_t *detail)
{
	return cg_vault_call_recv(req, mem_ctx, out, detail);
}
