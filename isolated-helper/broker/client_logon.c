/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sign in: a TGT for a typed password, and a cache that shows it. */
#include "isolated-helper/broker/client_ops.h"

#include "isolated-helper/broker/acquire.h"
#include "isolated-helper/broker/audit.h"
#include "isolated-helper/broker/ccache_collection.h"
#include "isolated-helper/broker/ccache_princ.h"
#include "isolated-helper/broker/client_cache.h"
#include "isolated-helper/broker/client_server.h"
#include "isolated-helper/broker/client_uid.h"
#include "isolated-helper/broker/grace.h"
#include "isolated-helper/broker/logon_store.h"
#include "isolated-helper/broker/offline.h"
#include "isolated-helper/broker/offline_store.h"
#include "isolated-helper/broker/pac.h"
#include "isolated-helper/broker/peer.h"
#include "isolated-helper/broker/req.h"
#include "isolated-helper/broker/ticket.h"
#include "isolated-helper/broker/waiting.h"

struct logon_state {
	const struct cg_client *client;
	bool is_cache_named;
	struct cg_ccache_name cache;
	struct cg_bytes principal;	/* a copy */
	struct cg_ticket *told;		/* what the answer says */
	uid_t uid;			/* whose logon it is */
	uint32_t detail;
};

static void audit(const struct logon_state *state, enum cg_status st)
{
	const struct cg_audit event = {
		.log = state->client->services->audit,
		.what = "logon",
		.uid = state->uid,
		.peer = state->client->peer,
		.client = state->principal,
		.result = st,
		.detail = state->detail,
	};

	cg_audit(&event);
}

static enum cg_status keep_principal(struct logon_state *state,
				     struct cg_bytes from)
{
	const uint8_t *copy = talloc_memdup(state, from.data, from.len);

	if (copy == NULL) {
		return CG_E_NO_MEMORY;
	}
	state->principal = (struct cg_bytes){ copy, from.len };
	return CG_OK;
}

/* Who signs somebody else in is to open a session. */
static bool is_for_another(const struct logon_state *state)
{
	return state->uid != state->client->peer->uid;
}

/* Goes with the state. */
static enum cg_status expect(struct logon_state *state)
{
	struct cg_grace *grace = state->client->services->grace;

	if (!is_for_another(state)) {
		return CG_OK;
	}
	return cg_grace_expect(state, grace, state->uid) != NULL
	       ? CG_OK : CG_E_NO_MEMORY;
}

static enum cg_status begin_grace(const struct logon_state *state)
{
	const struct cg_bytes name = cg_ccache_name_bytes(&state->cache);
	const struct cg_client_services *services = state->client->services;
	struct cg_ccache *cache;
	enum cg_status st;

	if (!is_for_another(state)) {
		return CG_OK;
	}
	st = cg_ccache_find(services->ccaches, state->uid, name, &cache);
	return st == CG_OK ? cg_grace_begin(services->grace, state->uid, cache)
			   : st;
}

static enum cg_status store(struct logon_state *state, struct cg_ticket *tgt)
{
	const struct cg_client_services *services = state->client->services;
	struct cg_logon_store to = {
		.ccaches = services->ccaches,
		.acquire = services->acquire,
		.uid = state->uid,
		.is_cache_named = state->is_cache_named,
		.cache = state->cache,
	};
	struct cg_handle kept = tgt->kept;
	enum cg_status st;

	state->told = cg_ticket_copy(state, tgt);
	st = state->told != NULL ? CG_OK : CG_E_NO_MEMORY;
	/* The KDC's name for the client may be another than the typed one. */
	if (st == CG_OK) {
		st = keep_principal(state, tgt->client);
	}
	if (st != CG_OK) {
		talloc_free(tgt);
		cg_acquire_forget(services->acquire, state->uid, kept);
		return st;
	}
	st = cg_logon_store(&to, tgt);
	state->cache = to.cache;
	if (st != CG_OK) {
		return st;
	}
	if (services->waiting != NULL) {
		cg_waiting_end(services->waiting, state->uid);
	}
	return begin_grace(state);
}

/* Members of Protected Users have no verifier, nor one of earlier times. */
static void note_protected(const struct logon_state *state,
			   const struct cg_ticket *tgt)
{
	const struct cg_client_services *services = state->client->services;
	struct cg_audit event = {
		.log = services->audit,
		.what = "protected user",
		.uid = state->uid,
		.peer = state->client->peer,
		.client = tgt->client,
		.mode = tgt->protected_user == CG_PROTECTED_AUDIT
				? CG_AUDIT_ONLY_TOLD : CG_AUDIT_ENFORCED,
	};

	if (tgt->protected_user == CG_PROTECTED_OFF) {
		return;
	}
	cg_audit(&event);
	event.what = "verifier forgotten";
	if (tgt->protected_user == CG_PROTECTED_ENFORCE &&
	    services->offline != NULL &&
	    cg_offline_store_remove(cg_offline_records(services->offline),
				    state->uid) == CG_OK) {
		cg_audit(&event);
	}
}

static void logon_ended(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct logon_state *state = tevent_req_data(req, struct logon_state);
	struct cg_ticket *tgt = NULL;
	enum cg_status st;

	st = cg_acquire_tgt_recv(subreq, state, &tgt, &state->detail);
	TALLOC_FREE(subreq);
	if (st == CG_OK) {
		note_protected(state, tgt);
		st = store(state, tgt);
	}
	audit(state, st);
	if (!cg_req_failed(req, st)) {
		tevent_req_done(req);
	}
}

static enum cg_status check(struct logon_state *state,
			    const struct cg_client_logon_in *in)
{
	struct cg_bytes name = cg_client_cache_strip(in->cache);
	struct cg_ccache_princ parts;

	if (cg_client_uid(state->client, in->uid, &state->uid) != CG_OK) {
		return CG_E_DENIED;
	}
	if (!cg_ccache_princ_split(in->client, &parts)) {
		return CG_E_INVALID;
	}
	if (name.len == 0) {
		return keep_principal(state, in->client);
	}
	state->is_cache_named = true;
	if (cg_ccache_name_check(state->uid, name, &state->cache) != CG_OK) {
		return CG_E_DENIED;
	}
	return keep_principal(state, in->client);
}

static enum cg_status begin(struct logon_state *state, struct cg_reader *in,
			    struct cg_logon *logon)
{
	struct cg_client_logon_in request;
	enum cg_status st;

	st = cg_pull_client_logon_in(in, &request);
	if (st == CG_OK) {
		st = cg_reader_finish(in);
	}
	if (st == CG_OK) {
		st = check(state, &request);
	}
	*logon = (struct cg_logon){
		.uid = state->uid,
		.client = request.client,
		.sealed = request.sealed,
		.lifetime_s = request.lifetime_s,
		.renewable_s = request.renewable_s,
		.verify = request.verify == 1,
	};
	return st;
}

struct tevent_req *cg_client_logon_send(TALLOC_CTX *mem_ctx,
					const struct cg_client *client,
					struct cg_reader *in)
{
	struct tevent_req *req;
	struct tevent_req *subreq;
	struct logon_state *state;
	struct cg_logon logon;
	enum cg_status st;

	req = tevent_req_create(mem_ctx, &state, struct logon_state);
	if (req == NULL) {
		return NULL;
	}
	state->client = client;
	st = begin(state, in, &logon);
	if (st == CG_OK) {
		st = expect(state);
	}
	if (st != CG_OK) {
		return cg_req_post(req, client->services->ev, st);
	}
	subreq = cg_acquire_tgt_send(state, client->services->ev,
				     client->services->acquire, &logon);
	if (tevent_req_nomem(subreq, req)) {
		return tevent_req_post(req, client->services->ev);
	}
	tevent_req_set_callback(subreq, logon_ended, req);
	return req;
}

static enum cg_status put(const struct logon_state *state,
			  struct cg_writer *out)
{
	struct cg_client_cache full;
	struct cg_client_logon_out rep = {
		.endtime = state->told->times.endtime,
		.renew_till = state->told->times.renew_till,
		.key_expiration = cg_pac_password_expires(state->told->pac),
		.verified = state->told->is_verified ? 1 : 0,
		.pac = state->told->pac,
		.client = state->principal,
	};
	enum cg_status st = cg_client_cache_full(state->cache.text, &full);

	if (st != CG_OK) {
		return st;
	}
	rep.cache = cg_client_cache_bytes(&full);
	return cg_push_client_logon_out(out, &rep);
}

enum cg_status cg_client_logon_recv(struct tevent_req *req,
				    struct cg_writer *out, uint32_t *detail)
{
	struct logon_state *state = tevent_req_data(req, struct logon_state);
	enum cg_status st = cg_req_status(req);

	*detail = st == CG_E_KRB5 ? state->detail : 0;
	if (st == CG_OK) {
		st = put(state, out);
	}
	tevent_req_received(req);
	return st;
}
