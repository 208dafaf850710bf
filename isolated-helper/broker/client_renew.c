/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Renew the TGT of a cache: the vault's half in its place, then the visible
 * half in the cache. */
#include "isolated-helper/broker/client_ops.h"

#include "isolated-helper/broker/acquire.h"
#include "isolated-helper/broker/audit.h"
#include "isolated-helper/broker/ccache.h"
#include "isolated-helper/broker/client_cache.h"
#include "isolated-helper/broker/client_server.h"
#include "isolated-helper/broker/peer.h"
#include "isolated-helper/broker/req.h"
#include "isolated-helper/broker/ticket.h"

struct renew_state {
	const struct cg_client *client;
	struct cg_bytes cache;		/* a copy of its name */
	struct cg_handle kept;
	struct cg_ticket *renewed;
	uint32_t detail;
};

static enum cg_status find_tgt(const struct renew_state *state,
			       struct cg_ticket **out)
{
	struct cg_ccache *cache;
	enum cg_status st;

	*out = NULL;
	st = cg_ccache_find(state->client->services->ccaches,
			    state->client->peer->uid, state->cache, &cache);
	if (st != CG_OK) {
		return st;
	}
	*out = cg_ccache_tgt(cache);
	return *out != NULL ? CG_OK : CG_E_NOT_FOUND;
}

/* The cache may be gone by now, or hold another TGT. */
static enum cg_status show(const struct renew_state *state)
{
	struct cg_ticket *tgt;
	enum cg_status st = find_tgt(state, &tgt);

	if (st != CG_OK) {
		return st;
	}
	if (tgt->kept.v != state->kept.v) {
		return CG_E_NOT_FOUND;
	}
	tgt->times = state->renewed->times;
	tgt->flags = state->renewed->flags;
	return CG_OK;
}

static void audit(const struct renew_state *state, enum cg_status st)
{
	struct cg_audit event = {
		.log = state->client->services->audit,
		.what = "renewal",
		.uid = state->client->peer->uid,
		.peer = state->client->peer,
		.result = st,
		.detail = state->detail,
	};

	if (state->renewed != NULL) {
		event.client = state->renewed->client;
		event.server = state->renewed->server;
	}
	cg_audit(&event);
}

static void renewed(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct renew_state *state = tevent_req_data(req, struct renew_state);
	enum cg_status st;

	st = cg_acquire_renewed_recv(subreq, state, &state->renewed,
				     &state->detail);
	TALLOC_FREE(subreq);
	if (st == CG_OK) {
		st = show(state);
	}
	audit(state, st);
	if (!cg_req_failed(req, st)) {
		tevent_req_done(req);
	}
}

static enum cg_status begin(struct renew_state *state, struct cg_reader *in)
{
	struct cg_client_renew_in renew;
	struct cg_ticket *tgt;
	enum cg_status st;

	st = cg_pull_client_renew_in(in, &renew);
	if (st == CG_OK) {
		st = cg_reader_finish(in);
	}
	if (st != CG_OK) {
		return st;
	}
	renew.cache = cg_client_cache_strip(renew.cache);
	state->cache.data = talloc_memdup(state, renew.cache.data,
					  renew.cache.len);
	if (state->cache.data == NULL) {
		return CG_E_NO_MEMORY;
	}
	state->cache.len = renew.cache.len;
	st = find_tgt(state, &tgt);
	if (st == CG_OK) {
		state->kept = tgt->kept;
	}
	return st;
}

struct tevent_req *cg_client_renew_send(TALLOC_CTX *mem_ctx,
					const struct cg_client *client,
					struct cg_reader *in)
{
	struct tevent_req *req;
	struct tevent_req *subreq;
	struct renew_state *state;
	enum cg_status st;

	req = tevent_req_create(mem_ctx, &state, struct renew_state);
	if (req == NULL) {
		return NULL;
	}
	state->client = client;
	st = begin(state, in);
	if (st != CG_OK) {
		return cg_req_post(req, client->services->ev, st);
	}
	subreq = cg_acquire_renewed_send(state, client->services->ev,
					 client->services->acquire,
					 client->peer->uid, state->kept);
	if (tevent_req_nomem(subreq, req)) {
		return tevent_req_post(req, client->services->ev);
	}
	tevent_req_set_callback(subreq, renewed, req);
	return req;
}

enum cg_status cg_client_renew_recv(struct tevent_req *req,
				    struct cg_writer *out, uint32_t *detail)
{
	struct renew_state *state = tevent_req_data(req, struct renew_state);
	enum cg_status st = cg_req_status(req);

	*detail = st == CG_E_KRB5 ? state->detail : 0;
	if (st == CG_OK) {
		const struct cg_client_renew_out rep = {
			.endtime = state->renewed->times.endtime,
			.renew_till = state->renewed->times.renew_till,
		};

		st = cg_push_client_renew_out(out, &rep);
	}
	tevent_req_received(req);
	return st;
}
