/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A logon session ends. */
#include "isolated-helper/broker/client_ops.h"

#include "isolated-helper/broker/audit.h"
#include "isolated-helper/broker/client_server.h"
#include "isolated-helper/broker/peer.h"
#include "isolated-helper/broker/req.h"
#include "isolated-helper/broker/session.h"

struct close_state {
	uint32_t n_left;
};

static void audit(const struct cg_client *client, uid_t uid,
		  enum cg_status st)
{
	const struct cg_audit event = {
		.log = client->services->audit,
		.what = "session closed",
		.uid = uid,
		.peer = client->peer,
		.result = st,
	};

	cg_audit(&event);
}

/* To others it is as if there were none. */
static enum cg_status close_session(const struct cg_client *client,
				    uint64_t id, struct close_state *state)
{
	struct cg_sessions *all = client->services->sessions;
	const struct cg_session *session = cg_session_find(all, id);
	uid_t caller = client->peer->uid;
	uid_t uid;

	if (session == NULL || (caller != 0 && caller != session->uid)) {
		return CG_E_NOT_FOUND;
	}
	uid = session->uid;
	audit(client, uid, CG_OK);
	cg_session_close(all, id);
	state->n_left = cg_session_count(all, uid);
	return CG_OK;
}

struct tevent_req *cg_client_close_session_send(
	TALLOC_CTX *mem_ctx, const struct cg_client *client,
	struct cg_reader *in)
{
	struct cg_client_close_session_in request;
	struct tevent_req *req;
	struct close_state *state;
	enum cg_status st;

	req = tevent_req_create(mem_ctx, &state, struct close_state);
	if (req == NULL) {
		return NULL;
	}
	st = cg_pull_client_close_session_in(in, &request);
	if (st == CG_OK) {
		st = cg_reader_finish(in);
	}
	if (st == CG_OK) {
		st = close_session(client, request.session, state);
	}
	return cg_req_post(req, client->services->ev, st);
}

enum cg_status cg_client_close_session_recv(struct tevent_req *req,
					    struct cg_writer *out,
					    uint32_t *detail)
{
	struct close_state *state = tevent_req_data(req, struct close_state);
	const struct cg_client_close_session_out rep = {
		.n_left = state->n_left,
	};
	enum cg_status st = cg_req_status(req);

	*detail = 0;
	tevent_req_received(req);
	return st == CG_OK ? cg_push_client_close_session_out(out, &rep) : st;
}
