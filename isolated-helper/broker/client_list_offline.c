/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may sign in without a DC. */
#include "isolated-helper/broker/client_ops.h"

#include "isolated-helper/broker/client_server.h"
#include "isolated-helper/broker/offline.h"
#include "isolated-helper/broker/offline_store.h"
#include "isolated-helper/broker/peer.h"
#include "isolated-helper/broker/req.h"

struct list_state {
	uid_t uid;
	struct cg_client_list_offline_out out;
};

/* That a record is of no use is an answer, too. */
static void listed(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct list_state *state = tevent_req_data(req, struct list_state);
	struct cg_list_verifier_out out;
	enum cg_status st = cg_offline_list_recv(subreq, state, &out);

	TALLOC_FREE(subreq);
	state->out.uid = state->uid;
	if (st == CG_OK) {
		state->out = (struct cg_client_list_offline_out){
			.uid = state->uid, .is_usable = 1,
			.n_failures = out.n_failures, .log_n = out.log_n,
			.made = out.made, .last_use = out.last_use,
			.locked_until = out.locked_until,
			.expires = out.expires, .client = out.client,
			.sid = out.sid, .domain = out.domain,
		};
	}
	if (st == CG_E_CRYPTO || st == CG_E_DENIED || st == CG_E_LIMIT) {
		st = CG_OK;
	}
	if (!cg_req_failed(req, st)) {
		tevent_req_done(req);
	}
}

static enum cg_status find(const struct cg_client *client,
			   struct cg_reader *in, uid_t *uid)
{
	const struct cg_offline *offline = client->services->offline;
	struct cg_client_list_offline_in request;
	const struct cg_offline_record *r = NULL;
	uid_t caller = client->peer->uid;
	enum cg_status st;

	st = cg_pull_client_list_offline_in(in, &request);
	if (st == CG_OK) {
		st = cg_reader_finish(in);
	}
	if (st != CG_OK) {
		return st;
	}
	if (offline != NULL && caller == 0) {
		r = cg_offline_store_from(cg_offline_records(offline),
					  request.from_uid);
	} else if (offline != NULL && request.from_uid <= caller) {
		r = cg_offline_store_find(cg_offline_records(offline), caller);
	}
	*uid = r != NULL ? r->uid : caller;
	return r != NULL ? CG_OK : CG_E_NOT_FOUND;
}

struct tevent_req *cg_client_list_offline_send(TALLOC_CTX *mem_ctx,
					       const struct cg_client *client,
					       struct cg_reader *in)
{
	const struct cg_client_services *services = client->services;
	struct list_state *state;
	struct tevent_req *req;
	struct tevent_req *subreq;
	enum cg_status st;

	req = tevent_req_create(mem_ctx, &state, struct list_state);
	if (req == NULL) {
		return NULL;
	}
	st = find(client, in, &state->uid);
	if (st != CG_OK) {
		return cg_req_post(req, services->ev, st);
	}
	subreq = cg_offline_list_send(state, services->offline, state->uid);
	if (tevent_req_nomem(subreq, req)) {
		return tevent_req_post(req, services->ev);
	}
	tevent_req_set_callback(subreq, listed, req);
	return req;
}

enum cg_status cg_client_list_offline_recv(struct tevent_req *req,
					   struct cg_writer *out,
					   uint32_t *detail)
{
	struct list_state *state = tevent_req_data(req, struct list_state);
	enum cg_status st = cg_req_status(req);

	*detail = 0;
	if (st == CG_OK) {
		st = cg_push_client_list_offline_out(out, &state->out);
	}
	tevent_req_received(req);
	return st;
}
