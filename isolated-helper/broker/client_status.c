/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state of the service: how well the vault is protected, how full it is,
 * how much the broker holds. No names of anybody. */
#include "isolated-helper/broker/client_ops.h"

#include "isolated-helper/broker/ccache.h"
#include "isolated-helper/broker/client_server.h"
#include "isolated-helper/broker/offline.h"
#include "isolated-helper/broker/offline_store.h"
#include "isolated-helper/broker/req.h"
#include "isolated-helper/broker/vault_calls.h"

struct status_state {
	const struct cg_client_services *services;
	struct cg_list_usage_out usage;
};

static void vault_counted(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct status_state *state = tevent_req_data(req, struct status_state);
	enum cg_status st;
	uint32_t detail;

	st = cg_call_list_usage_recv(subreq, state, &state->usage, &detail);
	TALLOC_FREE(subreq);
	if (!cg_req_failed(req, st)) {
		tevent_req_done(req);
	}
}

static enum cg_status check(struct cg_reader *in)
{
	struct cg_client_status_in status;
	enum cg_status st;

	st = cg_pull_client_status_in(in, &status);
	return st == CG_OK ? cg_reader_finish(in) : st;
}

struct tevent_req *cg_client_status_send(TALLOC_CTX *mem_ctx,
					 const struct cg_client *client,
					 struct cg_reader *in)
{
	const struct cg_client_services *services = client->services;
	const struct cg_list_usage_in usage = { 0 };
	struct tevent_req *req;
	struct tevent_req *subreq;
	struct status_state *state;
	enum cg_status st;

	req = tevent_req_create(mem_ctx, &state, struct status_state);
	if (req == NULL) {
		return NULL;
	}
	state->services = services;
	st = check(in);
	if (st != CG_OK) {
		return cg_req_post(req, services->ev, st);
	}
	subreq = cg_call_list_usage_send(state, services->ev, services->vault,
					 &usage);
	if (tevent_req_nomem(subreq, req)) {
		return tevent_req_post(req, services->ev);
	}
	tevent_req_set_callback(subreq, vault_counted, req);
	return req;
}

static uint32_t count_verifiers(const struct cg_client_services *services)
{
	/* The cast: at most CG_OFFLINE_COUNT_MAX. */
	return services->offline == NULL ? 0 :
	       (uint32_t)cg_offline_store_count(
			cg_offline_records(services->offline));
}

enum cg_status cg_client_status_recv(struct tevent_req *req,
				     struct cg_writer *out, uint32_t *detail)
{
	struct status_state *state = tevent_req_data(req, struct status_state);
	const struct cg_client_services *services = state->services;
	struct cg_ccaches_count count = cg_ccaches_count(services->ccaches);
	const struct cg_client_status_out rep = {
		.protection = services->hello.protection,
		.landlock_abi = services->hello.landlock_abi,
		.n_entries = state->usage.n_entries,
		.n_exchanges = state->usage.n_exchanges,
		.arena_size = state->usage.arena_size,
		.arena_used = state->usage.arena_used,
		.started = services->started,
		.n_caches = count.caches,
		.n_tickets = count.tickets,
		.n_uids = count.uids,
		.peerpidfd = services->has_peer_pidfd ? 1 : 0,
		.n_verifiers = count_verifiers(services),
		.n_ntlm = count.with_ntlm,
		.policy_lock = (uint32_t)services->policy_held_by,
	};
	enum cg_status st = cg_req_status(req);

	*detail = 0;
	tevent_req_received(req);
	return st == CG_OK ? cg_push_client_status_out(out, &rep) : st;
}
