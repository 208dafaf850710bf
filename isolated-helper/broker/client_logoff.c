/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Erase a cache, or everything that the caller has, in the vault too. */
#include "isolated-helper/broker/client_ops.h"

#include "isolated-helper/broker/audit.h"
#include "isolated-helper/broker/ccache.h"
#include "isolated-helper/broker/client_cache.h"
#include "isolated-helper/broker/client_server.h"
#include "isolated-helper/broker/peer.h"
#include "isolated-helper/broker/req.h"
#include "isolated-helper/broker/vault_calls.h"
#include "isolated-helper/broker/waiting.h"

struct logoff_state {
	uint32_t n_caches;
};

static void audit(const struct cg_client *client, struct cg_bytes principal,
		  enum cg_status st)
{
	const struct cg_audit event = {
		.log = client->services->audit,
		.what = "logoff",
		.uid = client->peer->uid,
		.peer = client->peer,
		.client = principal,
		.result = st,
	};

	cg_audit(&event);
}

static void destroy(const struct cg_client *client, struct cg_ccache *cache,
		    struct logoff_state *state)
{
	audit(client, cg_ccache_principal(cache), CG_OK);
	cg_ccache_destroy(cache);
	state->n_caches++;
}

static enum cg_status destroy_one(const struct cg_client *client,
				  struct cg_bytes name,
				  struct logoff_state *state)
{
	struct cg_ccache *cache;
	enum cg_status st;

	st = cg_ccache_find(client->services->ccaches, client->peer->uid,
			    cg_client_cache_strip(name), &cache);
	if (st != CG_OK) {
		return st;
	}
	destroy(client, cache, state);
	return CG_OK;
}

static void destroy_all(const struct cg_client *client,
			struct logoff_state *state)
{
	struct cg_ccaches *all = client->services->ccaches;
	uid_t uid = client->peer->uid;
	struct cg_ccache *cache;

	while ((cache = cg_ccache_next(all, uid, 0)) != NULL) {
		destroy(client, cache, state);
	}
}

static void vault_forgot(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct cg_forget_uid_out out;
	enum cg_status st;
	uint32_t detail;

	st = cg_call_forget_uid_recv(subreq, req, &out, &detail);
	TALLOC_FREE(subreq);
	if (!cg_req_failed(req, st)) {
		tevent_req_done(req);
	}
}

/* Exchanges under way, too, which no cache names yet. */
static bool ask_vault(struct tevent_req *req, const struct cg_client *client)
{
	struct logoff_state *state = tevent_req_data(req, struct logoff_state);
	const struct cg_forget_uid_in in = { .uid = client->peer->uid };
	struct tevent_req *subreq;

	subreq = cg_call_forget_uid_send(state, client->services->ev,
					 client->services->vault, &in);
	if (tevent_req_nomem(subreq, req)) {
		return false;
	}
	tevent_req_set_callback(subreq, vault_forgot, req);
	return true;
}

static enum cg_status read_request(struct cg_reader *in,
				   struct cg_client_logoff_in *out)
{
	enum cg_status st = cg_pull_client_logoff_in(in, out);

	return st == CG_OK ? cg_reader_finish(in) : st;
}

struct tevent_req *cg_client_logoff_send(TALLOC_CTX *mem_ctx,
					 const struct cg_client *client,
					 struct cg_reader *in)
{
	struct tevent_req *req;
	struct logoff_state *state;
	struct cg_client_logoff_in logoff;
	enum cg_status st;

	req = tevent_req_create(mem_ctx, &state, struct logoff_state);
	if (req == NULL) {
		return NULL;
	}
	st = read_request(in, &logoff);
	if (st != CG_OK) {
		return cg_req_post(req, client->services->ev, st);
	}
	if (logoff.all == 0) {
		return cg_req_post(req, client->services->ev,
				   destroy_one(client, logoff.cache, state));
	}
	destroy_all(client, state);
	if (client->services->waiting != NULL) {
		cg_waiting_end(client->services->waiting, client->peer->uid);
	}
	if (!ask_vault(req, client)) {
		return tevent_req_post(req, client->services->ev);
	}
	return req;
}

enum cg_status cg_client_logoff_recv(struct tevent_req *req,
				     struct cg_writer *out, uint32_t *detail)
{
	struct logoff_state *state = tevent_req_data(req, struct logoff_state);
	enum cg_status st = cg_req_status(req);

	*detail = 0;
	if (st == CG_OK) {
		const struct cg_client_logoff_out rep = {
			.n_caches = state->n_caches,
		};

		st = cg_push_client_logoff_out(out, &rep);
	}
	tevent_req_received(req);
	return st;
}
