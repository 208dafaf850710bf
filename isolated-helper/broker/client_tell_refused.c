/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the pipe front refused somebody goes to the audit. */
#include "isolated-helper/broker/client_ops.h"

#include "isolated-helper/broker/audit.h"
#include "isolated-helper/broker/client_server.h"
#include "isolated-helper/broker/peer.h"
#include "isolated-helper/broker/req.h"

struct tell_state {
	char unused;
};

static enum cg_status tell(const struct cg_client *client,
			   struct cg_reader *in)
{
	struct cg_client_tell_refused_in request;
	const struct cg_audit event = {
		.log = client->services->audit,
		.what = "validation for others",
		.uid = client->peer->uid,
		.peer = client->peer,
		.result = CG_E_DENIED,
	};
	enum cg_status st = cg_pull_client_tell_refused_in(in, &request);

	if (st == CG_OK) {
		st = cg_reader_finish(in);
	}
	if (st == CG_OK && !client->is_spoken_for) {
		st = CG_E_DENIED;
	}
	if (st == CG_OK) {
		cg_audit(&event);
	}
	return st;
}

struct tevent_req *cg_client_tell_refused_send(TALLOC_CTX *mem_ctx,
					       const struct cg_client *client,
					       struct cg_reader *in)
{
	struct tell_state *state;
	struct tevent_req *req = tevent_req_create(mem_ctx, &state,
						   struct tell_state);

	if (req == NULL) {
		return NULL;
	}
	return cg_req_post(req, client->services->ev, tell(client, in));
}

enum cg_status cg_client_tell_refused_recv(struct tevent_req *req,
					   struct cg_writer *out,
					   uint32_t *detail)
{
	const struct cg_client_tell_refused_out rep = { .told = 1 };
	enum cg_status st = cg_req_status(req);

	*detail = 0;
	if (st == CG_OK) {
		st = cg_push_client_tell_refused_out(out, &rep);
	}
	tevent_req_received(req);
	return st;
}
