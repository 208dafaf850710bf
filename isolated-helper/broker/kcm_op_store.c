/* SPDX-License-Identifier: GPL-3.0-or-later */
/* STORE (name, cred) -> (). The vault sees every credential first and decides
 * whether it keeps it; settings of the client are no credential. */
#include "isolated-helper/broker/kcm_ops.h"

#include <string.h>

#include "isolated-helper/broker/acquire.h"
#include "isolated-helper/broker/ccache_collection.h"
#include "isolated-helper/broker/ccache_princ.h"
#include "isolated-helper/broker/kcm_wire.h"
#include "isolated-helper/broker/ticket.h"

struct store_state {
	struct cg_ticket *t;
	uint8_t uuid[CG_CCACHE_UUID_LEN];	/* of the cache, */
	uint64_t life;				/* as it was */
};

static enum cg_status put_away(struct cg_kcm_call *call,
			       struct cg_ccache *cache, struct cg_ticket *t)
{
	enum cg_status st;

	st = cg_ccache_store(cache, t);
	if (st != CG_OK) {
		return st;
	}
	return cg_kcm_call_reply(call, 0);
}

static enum cg_status ask_vault(struct cg_kcm_call *call,
				const struct cg_ccache *cache,
				struct cg_ticket *t)
{
	const struct cg_kcm_setup *setup = &call->kcm->setup;
	struct store_state *state = talloc_zero(call, struct store_state);

	if (state == NULL) {
		return CG_E_NO_MEMORY;
	}
	state->t = t;
	memcpy(state->uuid, cg_ccache_uuid(cache), sizeof(state->uuid));
	state->life = cg_ccache_life(cache);
	call->state = state;
	call->wait = cg_acquire_stored_send(call, setup->ev, setup->acquire,
					    call->uid, t);
	return call->wait == NULL ? CG_E_NO_MEMORY : CG_OK;
}

enum cg_status cg_kcm_op_store(struct cg_kcm_call *call)
{
	struct cg_ccache *cache;
	struct cg_ticket *t;
	enum cg_status st;

	st = cg_kcm_call_cache(call, &cache);
	if (st != CG_OK) {
		return st;
	}
	st = cg_kcm_wire_cred(&call->in, call, &t);
	if (st != CG_OK) {
		return st;
	}
	st = cg_reader_finish(&call->in);
	if (st != CG_OK) {
		return st;
	}
	if (cg_ccache_princ_is_config(t->server)) {
		return put_away(call, cache, t);
	}
	return ask_vault(call, cache, t);
}

/* The cache, if it still is what it was when we began to wait. */
static enum cg_status same_cache(const struct cg_kcm_call *call,
				 const struct store_state *state,
				 struct cg_ccache **out)
{
	enum cg_status st;

	st = cg_ccache_by_uuid(call->kcm->setup.ccaches, call->uid,
			       state->uuid, out);
	if (st == CG_OK && cg_ccache_life(*out) != state->life) {
		return CG_E_NOT_FOUND;
	}
	return st;
}

enum cg_status cg_kcm_op_store_finish(struct cg_kcm_call *call)
{
	const struct store_state *state = call->state;
	struct cg_ticket *t = state->t;
	const struct cg_kcm_subject subject = { t->client, t->server };
	struct cg_handle kept;
	struct cg_ccache *cache;
	enum cg_status st;

	st = cg_acquire_stored_recv(call->wait);
	if (st != CG_OK) {
		cg_kcm_call_audit(call, "store", subject, st);
		return cg_kcm_call_not_taken(call, st);
	}
	kept = t->kept;
	st = same_cache(call, state, &cache);
	if (st == CG_OK) {
		st = cg_ccache_store(cache, t);
	}
	if (kept.v != 0) {
		cg_kcm_call_audit(call, "store", subject, st);
	}
	if (st == CG_OK) {
		return cg_kcm_call_reply(call, 0);
	}
	if (kept.v != 0) {
		cg_acquire_forget(call->kcm->setup.acquire, call->uid, kept);
	}
	return st;
}
