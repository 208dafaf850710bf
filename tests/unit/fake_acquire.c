/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See fake_acquire.h. A TGT is what begins with krbtgt, here. */
#include "tests/unit/fake_acquire.h"

#include <krb5.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>

#include "isolated-helper/broker/acquire.h"
#include "isolated-helper/broker/audit.h"
#include "isolated-helper/broker/ccache_princ.h"
#include "isolated-helper/broker/req.h"
#include "isolated-helper/broker/ticket.h"
#include "tests/unit/kcm_messages.h"

static uint32_t n_audits;
static enum cg_status audit_result;

struct fake_state {
	struct cg_acquire *acquire;
	struct cg_ticket *t;
	uint32_t detail;
};

static struct cg_bytes text(const char *s)
{
	return (struct cg_bytes){ (const uint8_t *)s, strlen(s) };
}

static struct tevent_req *answer(struct tevent_req *req,
				 struct tevent_context *ev, enum cg_status st)
{
	const struct fake_state *state =
		tevent_req_data(req, struct fake_state);

	if (state->acquire->meanwhile != NULL) {
		state->acquire->meanwhile(state->acquire->arg);
	}
	return cg_req_post(req, ev, st);
}

static enum cg_status keep(struct cg_acquire *acquire, struct cg_ticket *t)
{
	t->kept.v = 100 + ++acquire->n_held;
	t->enctype = 0;
	if (cg_ticket_set_key(t, (struct cg_secret_bytes){ 0 }) != CG_OK) {
		return CG_E_NO_MEMORY;
	}
	return cg_ticket_set(t, &t->ticket, (struct cg_bytes){ 0 });
}

struct tevent_req *cg_acquire_stored_send(TALLOC_CTX *mem_ctx,
					  struct tevent_context *ev,
					  struct cg_acquire *acquire,
					  uid_t uid, struct cg_ticket *t)
{
	struct fake_state *state;
	struct tevent_req *req = tevent_req_create(mem_ctx, &state,
						   struct fake_state);
	enum cg_status st = acquire->stored_status;

	if (req == NULL) {
		return NULL;
	}
	state->acquire = acquire;
	acquire->last_uid = uid;
	acquire->n_stored++;
	if (acquire->n_stored == acquire->fail_stored_at) {
		st = CG_E_LIMIT;
	}
	if (st == CG_OK && cg_ccache_princ_is_tgs(t->server)) {
		st = keep(acquire, t);
	}
	return answer(req, ev, st);
}

enum cg_status cg_acquire_stored_recv(struct tevent_req *req)
{
	return cg_req_status(req);
}

static bool is_known(const struct cg_acquire *acquire, struct cg_bytes server)
{
	struct cg_ccache_princ princ;
	struct cg_bytes host;

	if (acquire->only_host == NULL) {
		return true;
	}
	return cg_ccache_princ_split(server, &princ)
	       && (host = cg_ccache_princ_name(&princ, 1)).len
			  == strlen(acquire->only_host)
	       && memcmp(host.data, acquire->only_host, host.len) == 0;
}

static enum cg_status make_ticket(struct fake_state *state)
{
	struct cg_bytes client = kcm_princ(state, ALICE);
	/* Not the name that was asked for. */
	struct cg_bytes server = kcm_princ(state, "FS1$@EXAMPLE.TEST");
	struct cg_bytes key = text(FAKE_SERVICE_KEY);
	struct cg_ticket *t = cg_ticket_new(state);

	if (t == NULL || cg_ticket_set(t, &t->client, client) != CG_OK
	    || cg_ticket_set(t, &t->server, server) != CG_OK
	    || cg_ticket_set(t, &t->ticket, text(FAKE_SERVICE_TICKET)) != CG_OK
	    || cg_ticket_set_key(t, (struct cg_secret_bytes){
					    key.data, key.len }) != CG_OK) {
		return CG_E_NO_MEMORY;
	}
	t->enctype = 18;
	t->times.endtime = (uint64_t)time(NULL) + 3600;
	state->t = t;
	return CG_OK;
}

struct tevent_req *cg_acquire_service_send(TALLOC_CTX *mem_ctx,
					   struct tevent_context *ev,
					   struct cg_acquire *acquire,
					   uid_t uid, struct cg_handle tgt,
					   struct cg_bytes server)
{
	struct fake_state *state;
	struct tevent_req *req = tevent_req_create(mem_ctx, &state,
						   struct fake_state);
	enum cg_status st = acquire->service_status;

	if (req == NULL) {
		return NULL;
	}
	state->acquire = acquire;
	state->detail = acquire->service_detail;
	acquire->last_uid = uid;
	acquire->n_services++;
	acquire->last_server_len = server.len;
	if (server.len <= sizeof(acquire->last_server)) {
		memcpy(acquire->last_server, server.data, server.len);
	}
	if (st == CG_OK && (tgt.v == 0 || !is_known(acquire, server))) {
		st = CG_E_KRB5;
		state->detail = (uint32_t)KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN;
	}
	if (st == CG_OK) {
		st = make_ticket(state);
	}
	return answer(req, ev, st);
}

struct tevent_req *cg_acquire_delegated_send(
	TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct cg_acquire *acquire, const struct cg_delegation *delegation)
{
	struct cg_bytes evidence = delegation->evidence;

	acquire->n_delegated++;
	acquire->last_evidence_len = evidence.len;
	if (evidence.len <= sizeof(acquire->last_evidence)) {
		memcpy(acquire->last_evidence, evidence.data, evidence.len);
	}
	return cg_acquire_service_send(mem_ctx, ev, acquire, delegation->uid,
				       delegation->tgt, delegation->server);
}

enum cg_status cg_acquire_service_recv(struct tevent_req *req,
				       TALLOC_CTX *mem_ctx,
				       struct cg_ticket **out,
				       uint32_t *detail)
{
	struct fake_state *state = tevent_req_data(req, struct fake_state);
	enum cg_status st = cg_req_status(req);

	*out = NULL;
	*detail = state->detail;
	if (st == CG_OK) {
		*out = talloc_move(mem_ctx, &state->t);
	}
	return st;
}

void cg_acquire_forget(struct cg_acquire *acquire, uid_t uid,
		       struct cg_handle entry)
{
	acquire->last_uid = uid;
	acquire->last_forgotten = entry.v;
	acquire->n_forgotten++;
}

void cg_audit(const struct cg_audit *event)
{
	n_audits++;
	audit_result = event->result;
}

uint32_t fake_audits(void)
{
	return n_audits;
}

enum cg_status fake_audit_result(void)
{
	return audit_result;
}
