/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Erases a verifier. */
#include "isolated-helper/broker/client_ops.h"

#include "isolated-helper/broker/audit.h"
#include "isolated-helper/broker/client_server.h"
#include "isolated-helper/broker/client_uid.h"
#include "isolated-helper/broker/offline.h"
#include "isolated-helper/broker/offline_store.h"
#include "isolated-helper/broker/peer.h"
#include "isolated-helper/broker/req.h"

struct forget_state {
	uint32_t n_forgotten;
};

static enum cg_status forget(const struct cg_client *client,
			     struct cg_reader *in)
{
	struct cg_offline *offline = client->services->offline;
	struct cg_client_forget_offline_in request;
	struct cg_audit event = {
		.log = client->services->audit,
		.what = "verifier forgotten",
		.peer = client->peer,
	};
	enum cg_status st;

	st = cg_pull_client_forget_offline_in(in, &request);
	if (st == CG_OK) {
		st = cg_reader_finish(in);
	}
	if (st == CG_OK) {
		st = cg_client_uid(client, request.uid, &event.uid);
	}
	if (st != CG_OK) {
		return st;
	}
	st = offline == NULL ? CG_E_NOT_FOUND
			     : cg_offline_store_remove(
				cg_offline_records(offline), event.uid);
	event.result = st;
	cg_audit(&event);
	return st;
}

struct tevent_req *cg_client_forget_offline_send(
	TALLOC_CTX *mem_ctx, const struct cg_client *client,
	struct cg_reader *in)
{
	struct forget_state *state;
	struct tevent_req *req;
	enum cg_status st;

	req = tevent_req_create(mem_ctx, &state, struct forget_state);
	if (req == NULL) {
		return NULL;
	}
	st = forget(client, in);
	state->n_forgotten = st == CG_OK ? 1 : 0;
	return cg_req_post(req, client->services->ev,
			   st == CG_E_NOT_FOUND ? CG_OK : st);
}

enum cg_status cg_client_forget_offline_recv(struct tevent_req *req,
					     struct cg_writer *out,
					     uint32_t *detail)
{
	const struct forget_state *state =
		tevent_req_data(req, struct forget_state);
	const struct cg_client_forget_offline_out rep = {
		.n_forgotten = state->n_forgotten,
	};
	enum cg_status st = cg_req_status(req);

	*detail = 0;
	if (st == CG_OK) {
		st = cg_push_client_forget_offline_out(out, &rep);
	}
	tevent_req_received(req);
	return st;
}
