/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tell what the pipe front refused. */
#include "plugin/client/calls.h"

#include "idl/cg_idl.h"
#include "plugin/client/client.h"

static enum cg_status push(struct cg_writer *w, const void *in)
{
	return cg_push_client_tell_refused_in(w, in);
}

static enum cg_status pull(struct cg_reader *r, void *out)
{
	return cg_pull_client_tell_refused_out(r, out);
}

struct tevent_req *cg_call_client_tell_refused_send(
	TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct cg_client *client, const struct cg_client_tell_refused_in *in)
{
	const struct cg_client_call call = {
		.op = CG_CLIENT_OP_TELL_REFUSED, .push = push, .in = in,
	};

	return cg_client_call_send(mem_ctx, ev, client, &call);
}

enum cg_status cg_call_client_tell_refused_recv(
	struct tevent_req *req, TALLOC_CTX *mem_ctx,
	struct cg_client_tell_refused_out *out,
	struct cg_client_error *err)
{
	*out = (struct cg_client_tell_refused_out){ 0 };
	return cg_client_call_recv(req, mem_ctx, pull, out, err);
}
