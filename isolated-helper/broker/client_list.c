/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One cache after the other: names, times, flags. */
#include "isolated-helper/broker/client_ops.h"

#include "idl/limits.h"
#include "isolated-helper/broker/ccache.h"
#include "isolated-helper/broker/client_cache.h"
#include "isolated-helper/broker/client_server.h"
#include "isolated-helper/broker/peer.h"
#include "isolated-helper/broker/renewal.h"
#include "isolated-helper/broker/req.h"
#include "isolated-helper/broker/ticket.h"

struct list_state {
	const struct cg_renewal *renewal;
	struct cg_ccaches *all;
	uid_t uid;
	uint64_t after;
};

static enum cg_status read_request(struct list_state *state,
				   const struct cg_client *client,
				   struct cg_reader *in)
{
	struct cg_client_list_in list;
	enum cg_status st;

	st = cg_pull_client_list_in(in, &list);
	if (st == CG_OK) {
		st = cg_reader_finish(in);
	}
	if (st != CG_OK) {
		return st;
	}
	if (list.all == 1 && client->peer->uid != 0) {
		return CG_E_DENIED;
	}
	state->renewal = client->services->renewal;
	state->all = client->services->ccaches;
	state->uid = list.all == 1 ? CG_UID_ALL : client->peer->uid;
	state->after = list.after;
	return CG_OK;
}

struct tevent_req *cg_client_list_send(TALLOC_CTX *mem_ctx,
				       const struct cg_client *client,
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

static void tell_plan(const struct cg_renewal *renewal,
		      const struct cg_ticket *tgt,
		      struct cg_client_list_out *rep)
{
	struct cg_renewal_plan plan = { 0, false };

	if (renewal != NULL) {
		plan = cg_renewal_plan(renewal, tgt);
	}
	rep->next_due = plan.due;
	rep->reacquires = plan.reacquires ? 1 : 0;
}

static enum cg_status put(const struct list_state *state,
			  struct cg_ccache *cache, struct cg_writer *out)
{
	const struct cg_ticket *tgt = cg_ccache_tgt(cache);
	struct cg_client_cache full;
	struct cg_client_list_out rep = {
		.index = cg_ccache_index(cache),
		.uid = cg_ccache_uid(cache),
		.is_default = cg_ccache_is_default(cache) ? 1 : 0,
		.has_tgt = tgt != NULL ? 1 : 0,
		/* The cast: a quota of uint32_t bounds it. */
		.n_tickets = (uint32_t)cg_ccache_n_tickets(cache),
		.client = cg_ccache_principal(cache),
	};
	enum cg_status st = cg_client_cache_full(cg_ccache_name(cache), &full);

	if (st != CG_OK) {
		return st;
	}
	rep.cache = cg_client_cache_bytes(&full);
	if (tgt != NULL) {
		rep.has_ntlm = tgt->has_ntlm ? 1 : 0;
		rep.ticket_flags = tgt->flags;
		rep.starttime = tgt->times.starttime;
		rep.endtime = tgt->times.endtime;
		rep.renew_till = tgt->times.renew_till;
		tell_plan(state->renewal, tgt, &rep);
	}
	return cg_push_client_list_out(out, &rep);
}

enum cg_status cg_client_list_recv(struct tevent_req *req,
				   struct cg_writer *out, uint32_t *detail)
{
	struct list_state *state = tevent_req_data(req, struct list_state);
	enum cg_status st = cg_req_status(req);
	struct cg_ccache *cache = NULL;

	*detail = 0;
	if (st == CG_OK) {
		cache = cg_ccache_next(state->all, state->uid, state->after);
		st = cache != NULL ? put(state, cache, out) : CG_E_NOT_FOUND;
	}
	tevent_req_received(req);
	return st;
}
