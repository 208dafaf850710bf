/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Seal, call, copy the answer. */
#include "plugin/client/client_logon.h"

#include <string.h>

#include "idl/cg_idl.h"
#include "plugin/client/calls.h"
#include "plugin/client/client.h"
#include "plugin/client/client_error.h"
#include "plugin/client/client_seal.h"
#include "plugin/client/req.h"

struct cg_client_logon_state {
	struct cg_client_logon_out out;
	struct cg_client_error error;
	struct cg_client_sealed sealed;
};

static void got_logon(struct tevent_req *subreq);

struct tevent_req *cg_client_logon_send(
	TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct cg_client *client,
	const struct cg_client_logon_params *params)
{
	const struct cg_client_seal_for who = { params->uid, params->client };
	struct cg_client_logon_state *state;
	struct cg_client_logon_in in;
	struct tevent_req *req;
	struct tevent_req *subreq;
	enum cg_status st;

	req = tevent_req_create(mem_ctx, &state, struct cg_client_logon_state);
	if (req == NULL) {
		return NULL;
	}
	st = cg_client_seal(client, &who, params->password, &state->sealed,
			    &state->error);
	if (cg_req_failed(req, st)) {
		return tevent_req_post(req, ev);
	}
	in = (struct cg_client_logon_in){
		.uid = params->uid,
		.verify = params->verify ? 1 : 0,
		.lifetime_s = params->lifetime_s,
		.renewable_s = params->renewable_s,
		.client = params->client,
		.sealed = { state->sealed.bytes, state->sealed.len },
		.cache = params->cache,
	};
	subreq = cg_call_client_logon_send(state, ev, client, &in);
	if (tevent_req_nomem(subreq, req)) {
		return tevent_req_post(req, ev);
	}
	tevent_req_set_callback(subreq, got_logon, req);
	return req;
}

static void got_logon(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct cg_client_logon_state *state = tevent_req_data(
		req, struct cg_client_logon_state);
	enum cg_status st;

	st = cg_call_client_logon_recv(subreq, state, &state->out,
				       &state->error);
	TALLOC_FREE(subreq);
	if (cg_req_failed(req, st)) {
		return;
	}
	tevent_req_done(req);
}

static enum cg_status copy_out(const struct cg_client_logon_out *from,
			       TALLOC_CTX *mem_ctx,
			       struct cg_client_logon_out *out)
{
	uint8_t *client = talloc_memdup(mem_ctx, from->client.data,
					from->client.len);
	uint8_t *cache = talloc_memdup(mem_ctx, from->cache.data,
				       from->cache.len);
	/* One more: empty it is no NULL. */
	uint8_t *pac = talloc_zero_size(mem_ctx, from->pac.len + 1);

	if (client == NULL || cache == NULL || pac == NULL) {
		talloc_free(client);
		talloc_free(cache);
		talloc_free(pac);
		return CG_E_NO_MEMORY;
	}
	*out = *from;
	out->client.data = client;
	out->cache.data = cache;
	if (from->pac.len > 0) {
		memcpy(pac, from->pac.data, from->pac.len);
	}
	out->pac.data = pac;
	return CG_OK;
}

enum cg_status cg_client_logon_recv(struct tevent_req *req,
				    TALLOC_CTX *mem_ctx,
				    struct cg_client_logon_out *out,
				    struct cg_client_error *err)
{
	struct cg_client_logon_state *state = tevent_req_data(
		req, struct cg_client_logon_state);
	enum cg_status st = cg_req_status(req);

	*out = (struct cg_client_logon_out){ 0 };
	if (st == CG_OK) {
		st = copy_out(&state->out, mem_ctx, out);
	}
	if (st != CG_OK && state->error.st == CG_OK) {
		state->error.st = st;
	}
	if (err != NULL) {
		*err = state->error;
	}
	tevent_req_received(req);
	return st;
}
