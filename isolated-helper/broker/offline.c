/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See offline.h. */
#include "isolated-helper/broker/offline.h"

#include "isolated-helper/broker/log.h"
#include "isolated-helper/broker/offline_state.h"
#include "isolated-helper/broker/offline_store.h"
#include "isolated-helper/broker/req.h"
#include "isolated-helper/broker/vault_calls.h"

struct cg_offline_store *cg_offline_records(const struct cg_offline *offline)
{
	return offline->store;
}

struct tevent_req *cg_offline_list_send(TALLOC_CTX *mem_ctx,
					struct cg_offline *offline, uid_t uid)
{
	const struct cg_offline_record *r =
		cg_offline_store_find(offline->store, uid);
	const struct cg_list_verifier_in in = {
		.uid = uid,
		.record = r != NULL ? r->bytes : (struct cg_bytes){ 0 },
	};

	return cg_call_list_verifier_send(mem_ctx, offline->ev,
					  offline->vault, &in);
}

enum cg_status cg_offline_list_recv(struct tevent_req *req,
				    TALLOC_CTX *mem_ctx,
				    struct cg_list_verifier_out *out)
{
	uint32_t detail;

	return cg_call_list_verifier_recv(req, mem_ctx, out, &detail);
}

/* Before anybody is served, so it may wait. A record that the vault does not
 * take is not removed: the next online logon puts another in its place. */
static enum cg_status show(struct cg_offline *offline, uid_t uid)
{
	struct tevent_req *req = cg_offline_list_send(offline, offline, uid);
	struct cg_list_verifier_out out;
	enum cg_status st;

	if (req == NULL) {
		return CG_E_NO_MEMORY;
	}
	if (!tevent_req_poll(req, offline->ev)) {
		return CG_E_SYSTEM;
	}
	st = cg_offline_list_recv(req, req, &out);
	talloc_free(req);
	if (st == CG_E_CRYPTO || st == CG_E_DENIED || st == CG_E_LIMIT) {
		cg_log(CG_LOG_WARNING, "the verifier of uid %u is of no use:"
		       " %s", (unsigned int)uid, st == CG_E_DENIED ?
		       "an old copy, or offline logon is off" :
		       cg_status_text(st));
		return CG_OK;
	}
	return st;
}

enum cg_status cg_offline_open(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
			       struct cg_vault *vault,
			       struct cg_offline_store *store,
			       struct cg_offline **out)
{
	struct cg_offline *offline = talloc_zero(mem_ctx, struct cg_offline);
	const struct cg_offline_record *r;
	enum cg_status st = CG_OK;

	*out = NULL;
	if (offline == NULL) {
		return CG_E_NO_MEMORY;
	}
	*offline = (struct cg_offline){
		.ev = ev, .vault = vault, .store = store,
		.queue = tevent_queue_create(offline, "verifiers"),
	};
	if (offline->queue == NULL) {
		talloc_free(offline);
		return CG_E_NO_MEMORY;
	}
	r = cg_offline_store_from(store, 0);
	while (st == CG_OK && r != NULL) {
		st = show(offline, r->uid);
		r = r->next;
	}
	if (st != CG_OK) {
		talloc_free(offline);
		return st;
	}
	*out = offline;
	return CG_OK;
}
