/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sign in without a domain controller. */
#include "isolated-helper/broker/client_ops.h"

#include "isolated-helper/broker/audit.h"
#include "isolated-helper/broker/client_server.h"
#include "isolated-helper/broker/client_uid.h"
#include "isolated-helper/broker/offline.h"
#include "isolated-helper/broker/peer.h"
#include "isolated-helper/broker/req.h"

struct check_state {
	const struct cg_client *client;
	uid_t uid;
	struct cg_client_check_offline_out out;
};

/* The words of the log; who asked gets the result itself. */
static enum cg_status as_status(const struct check_state *state,
				enum cg_status st)
{
	if (st != CG_OK || state->out.result == CG_OFFLINE_OK) {
		return st;
	}
	return state->out.result == CG_OFFLINE_LOCKED ? CG_E_LIMIT
						      : CG_E_DENIED;
}

static void audit(const struct check_state *state, enum cg_status st)
{
	const struct cg_audit event = {
		.log = state->client->services->audit,
		.what = "offline logon",
		.uid = state->uid,
		.peer = state->client->peer,
		.result = as_status(state, st),
	};

	cg_audit(&event);
}

static void checked(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct check_state *state = tevent_req_data(req, struct check_state);
	enum cg_status st = cg_offline_check_recv(subreq, &state->out);

	TALLOC_FREE(subreq);
	audit(state, st);
	if (!cg_req_failed(req, st)) {
		tevent_req_done(req);
	}
}

static enum cg_status begin(struct check_state *state, struct cg_reader *in,
			    struct cg_bytes *sealed)
{
	struct cg_client_check_offline_in request;
	enum cg_status st;

	st = cg_pull_client_check_offline_in(in, &request);
	if (st == CG_OK) {
		st = cg_reader_finish(in);
	}
	if (st == CG_OK) {
		st = cg_client_uid(state->client, request.uid, &state->uid);
	}
	*sealed = request.sealed;
	if (st != CG_OK) {
		return st;
	}
	return state->client->services->offline != NULL ? CG_OK : CG_E_DENIED;
}

struct tevent_req *cg_client_check_offline_send(
	TALLOC_CTX *mem_ctx, const struct cg_client *client,
	struct cg_reader *in)
{
	struct check_state *state;
	struct cg_bytes sealed;
	struct tevent_req *req;
	struct tevent_req *subreq;
	enum cg_status st;

	req = tevent_req_create(mem_ctx, &state, struct check_state);
	if (req == NULL) {
		return NULL;
	}
	state->client = client;
	st = begin(state, in, &sealed);
	if (st != CG_OK) {
		return cg_req_post(req, client->services->ev, st);
	}
	subreq = cg_offline_check_send(state, client->services->offline,
				       state->uid, sealed);
	if (tevent_req_nomem(subreq, req)) {
		return tevent_req_post(req, client->services->ev);
	}
	tevent_req_set_callback(subreq, checked, req);
	return req;
}

enum cg_status cg_client_check_offline_recv(struct tevent_req *req,
					    struct cg_writer *out,
					    uint32_t *detail)
{
	struct check_state *state = tevent_req_data(req, struct check_state);
	enum cg_status st = cg_req_status(req);

	*detail = 0;
	if (st == CG_OK) {
		st = cg_push_client_check_offline_out(out, &state->out);
	}
	tevent_req_received(req);
	return st;
}
