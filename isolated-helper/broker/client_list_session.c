/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One logon session after the other. */
#include "isolated-helper/broker/client_ops.h"

#include <string.h>

#include "idl/limits.h"
#include "isolated-helper/broker/client_server.h"
#include "isolated-helper/broker/peer.h"
#include "isolated-helper/broker/req.h"
#include "isolated-helper/broker/session.h"
#include "isolated-helper/broker/waiting.h"

struct list_state {
	const struct cg_sessions *all;
	const struct cg_waiting *waiting;
	uid_t uid;
	uint64_t after;
};

static enum cg_status read_request(struct list_state *state,
				   const struct cg_client *client,
				   struct cg_reader *in)
{
	struct cg_client_list_session_in list;
	enum cg_status st;

	st = cg_pull_client_list_session_in(in, &list);
	if (st == CG_OK) {
		st = cg_reader_finish(in);
	}
	if (st != CG_OK) {
		return st;
	}
	if (list.all == 1 && client->peer->uid != 0) {
		return CG_E_DENIED;
	}
	state->all = client->services->sessions;
	state->waiting = client->services->waiting;
	state->uid = list.all == 1 ? CG_UID_ALL : client->peer->uid;
	state->after = list.after;
	return CG_OK;
}

struct tevent_req *cg_client_list_session_send(
	TALLOC_CTX *mem_ctx, const struct cg_client *client,
	struct cg_reader *in)
{
	struct tevent_req *req;
	struct list_state *state;

	req = tevent_req_create(mem_ctx, &state, struct list_state);
	if (req == NULL) {
		return NULL;
	}
	return cg_req_post(req, client->services->ev,
			   read_request(state, client, in));
}

static enum cg_status put(const struct list_state *state,
			  const struct cg_session *session,
			  struct cg_writer *out)
{
	struct cg_client_list_session_out rep = {
		.session = session->id,
		.opened = session->opened,
		.uid = session->uid,
		/* The cast: a pid is positive. */
		.leader = (uint32_t)session->leader,
		/* The cast: text is bytes. */
		.service = { (const uint8_t *)session->service,
			     strlen(session->service) },
	};

	if (state->waiting != NULL) {
		rep.waiting = cg_waiting_state(state->waiting, session->uid);
	}
	return cg_push_client_list_session_out(out, &rep);
}

enum cg_status cg_client_list_session_recv(struct tevent_req *req,
					   struct cg_writer *out,
					   uint32_t *detail)
{
	struct list_state *state = tevent_req_data(req, struct list_state);
	enum cg_status st = cg_req_status(req);
	const struct cg_session *session = NULL;

	*detail = 0;
	if (st == CG_OK) {
		session = cg_session_next(state->all, state->uid,
					  state->after);
		st = session != NULL ? put(state, session, out)
				     : CG_E_NOT_FOUND;
	}
	tevent_req_received(req);
	return st;
}
