/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A record in which the guess to come has failed. */
#include "isolated-helper/broker/vault_calls.h"

#include "isolated-helper/broker/vault.h"

static enum cg_status push(struct cg_writer *w, const void *in)
{
	const struct cg_make_verifier_attempt_in *req = in;

	return cg_push_make_verifier_attempt_in(w, req);
}

static enum cg_status pull(struct cg_reader *r, void *out)
{
	struct cg_make_verifier_attempt_out *rep = out;

	return cg_pull_make_verifier_attempt_out(r, rep);
}

static const struct cg_vault_op op = {
	CG_OP_MAKE_VERIFIER_ATTEMPT, push, pull,
	sizeof(struct cg_make_verifier_attempt_out)
};

struct tevent_req *cg_call_make_verifier_attempt_send(
	TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct cg_vault *vault, const struct cg_make_verifier_attempt_in *in)
{
	return cg_vault_call_send(mem_ctx, ev, vault, &op, in);
}

enum cg_status cg_call_make_verifier_attempt_recv(
	struct tevent_req *req, TALLOC_CTX *mem_ctx,
	struct cg_make_verifier_attempt_out *out, uint32_t *detail)
{
	return cg_vault_call_recv(req, mem_ctx, out, detail);
}
