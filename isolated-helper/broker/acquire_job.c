/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See acquire_job.h. */
#include "isolated-helper/broker/acquire_job.h"

#include <string.h>

#include "isolated-helper/broker/acquire_exchange.h"
#include "isolated-helper/broker/acquire_state.h"
#include "isolated-helper/broker/audit.h"
#include "isolated-helper/broker/req.h"
#include "isolated-helper/broker/ticket.h"
#include "isolated-helper/broker/wiped.h"

struct waiter_state {
	TAILQ_ENTRY(waiter_state) link;
	struct tevent_req *req;
	struct cg_job *job;		/* NULL: no longer waiting */
	struct cg_acquire *acquire;
	uid_t uid;
	bool is_logon;
	struct cg_handle successor_of;	/* a TGT that a cache names */
	struct cg_ticket *ticket;
	uint32_t detail;
};

struct cg_job {
	TAILQ_ENTRY(cg_job) link;
	struct cg_acquire *acquire;
	struct cg_exchange_input in;
	TAILQ_HEAD(waiters, waiter_state) waiters;
};

static bool is_equal(struct cg_bytes a, struct cg_bytes b)
{
	return a.len == b.len
	       && (a.len == 0 || memcmp(a.data, b.data, a.len) == 0);
}

/* Two passwords are never the same question. */
static bool is_same(const struct cg_exchange_input *a,
		    const struct cg_exchange_input *b)
{
	return a->kind == &cg_exchange_tgs && b->kind == &cg_exchange_tgs
	       && a->uid == b->uid && a->tgt.v == b->tgt.v
	       && a->renew == b->renew && is_equal(a->server, b->server)
	       && is_equal(a->evidence, b->evidence);
}

static bool is_logon(const struct cg_exchange_input *in)
{
	return in->kind == &cg_exchange_as;
}

static struct cg_job *find_job(struct cg_acquire *acquire,
			       const struct cg_exchange_input *in)
{
	struct cg_job *job;

	TAILQ_FOREACH(job, &acquire->jobs, link) {
		if (is_same(&job->in, in)) {
			return job;
		}
	}
	return NULL;
}

static void give(struct waiter_state *state, struct cg_ticket *ticket,
		 enum cg_status st, uint32_t detail)
{
	state->detail = detail;
	if (cg_req_failed(state->req, st)) {
		return;
	}
	state->ticket = cg_ticket_copy(state, ticket);
	if (!tevent_req_nomem(state->ticket, state->req)) {
		tevent_req_done(state->req);
	}
}

/* The vault, which knows no programs, has found the rule. */
static void audit_rc4(const struct cg_job *job, struct cg_audit event)
{
	const struct cg_rules_ask ask = {
		.protocol = CG_POLICY_KERBEROS,
		.client = event.client,
		.server = event.server,
	};
	struct cg_rules_name name;

	cg_rules_find(&job->acquire->rules, &ask, &name);
	event.what = "rc4 ticket";
	event.rule = name.text;
	cg_audit(&event);
}

/* The one place that sees every ticket that leaves the vault. Logons and
 * renewals are told by those who know the process. */
static void audit(const struct cg_job *job, const struct cg_ticket *ticket,
		  enum cg_status st, uint32_t detail)
{
	struct cg_audit event = {
		.log = job->acquire->rules.audit,
		.what = job->in.evidence.len > 0 ? "delegation"
						 : "service ticket",
		.uid = job->in.uid,
		.server = job->in.server,
		.result = st,
		.detail = detail,
	};

	if (is_logon(&job->in) || job->in.renew) {
		return;
	}
	if (ticket != NULL) {
		event.client = ticket->client;
		event.result = ticket->ticket.len > 0 ? CG_OK : CG_E_DENIED;
	}
	cg_audit(&event);
	if (ticket != NULL && ticket->is_rc4) {
		audit_rc4(job, event);
	}
}

/* Nobody will ever name this TGT. */
static void forget_unclaimed(struct cg_acquire *acquire, uid_t uid,
			     struct cg_handle successor_of,
			     const struct cg_ticket *ticket)
{
	if (ticket->kept.v != successor_of.v) {
		cg_acquire_forget(acquire, uid, ticket->kept);
	}
}

static void job_ended(struct tevent_req *subreq)
{
	struct cg_job *job = tevent_req_callback_data(subreq, struct cg_job);
	struct cg_acquire *acquire = job->acquire;
	struct cg_ticket *ticket = NULL;
	struct waiter_state *state;
	enum cg_status st;
	uint32_t detail = 0;

	st = cg_exchange_recv(subreq, job, &ticket, &detail);
	TALLOC_FREE(subreq);
	TAILQ_REMOVE(&acquire->jobs, job, link);
	audit(job, ticket, st, detail);
	if (st == CG_OK && TAILQ_EMPTY(&job->waiters) && is_logon(&job->in)) {
		forget_unclaimed(acquire, job->in.uid, job->in.logon.kept,
				 ticket);
	}
	if (st == CG_OK && job->in.renew) {
		/* It took the old one's place. */
		ticket->kept = job->in.tgt;
	}
	while ((state = TAILQ_FIRST(&job->waiters)) != NULL) {
		give(state, ticket, st, detail);
	}
	talloc_free(job);
}

static enum cg_status copy_bytes(TALLOC_CTX *mem_ctx, struct cg_bytes *bytes)
{
	const uint8_t *copy = cg_wiped_copy(mem_ctx, bytes->data, bytes->len);

	if (copy == NULL) {
		return CG_E_NO_MEMORY;
	}
	bytes->data = copy;
	return CG_OK;
}

static enum cg_status copy_input(struct cg_job *job,
				 const struct cg_exchange_input *in)
{
	enum cg_status st;

	job->in = *in;
	st = copy_bytes(job, &job->in.server);
	if (st == CG_OK) {
		st = copy_bytes(job, &job->in.evidence);
	}
	if (st == CG_OK) {
		st = copy_bytes(job, &job->in.logon.client);
	}
	if (st == CG_OK) {
		st = copy_bytes(job, &job->in.logon.sealed);
	}
	return st;
}

static struct cg_job *start_job(struct cg_acquire *acquire,
				const struct cg_exchange_input *in)
{
	struct cg_job *job = talloc_zero(acquire, struct cg_job);
	struct tevent_req *subreq = NULL;

	if (job == NULL) {
		return NULL;
	}
	job->acquire = acquire;
	TAILQ_INIT(&job->waiters);
	if (copy_input(job, in) == CG_OK) {
		subreq = cg_exchange_send(job, acquire, &job->in);
	}
	if (subreq == NULL) {
		talloc_free(job);
		return NULL;
	}
	tevent_req_set_callback(subreq, job_ended, job);
	TAILQ_INSERT_TAIL(&acquire->jobs, job, link);
	return job;
}

static void stop_waiting(struct tevent_req *req,
			 enum tevent_req_state req_state)
{
	struct waiter_state *state =
		tevent_req_data(req, struct waiter_state);

	if (state->job != NULL) {
		TAILQ_REMOVE(&state->job->waiters, state, link);
	}
	state->job = NULL;
	/* The caller went away between the end and its callback. */
	if (req_state == TEVENT_REQ_RECEIVED && state->ticket != NULL
	    && state->is_logon) {
		forget_unclaimed(state->acquire, state->uid,
				 state->successor_of, state->ticket);
	}
}

struct tevent_req *cg_job_send(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
			       struct cg_acquire *acquire,
			       const struct cg_exchange_input *in)
{
	struct tevent_req *req;
	struct waiter_state *state;
	struct cg_job *job;

	req = tevent_req_create(mem_ctx, &state, struct waiter_state);
	if (req == NULL) {
		return NULL;
	}
	state->req = req;
	job = find_job(acquire, in);
	if (job == NULL) {
		job = start_job(acquire, in);
	}
	if (tevent_req_nomem(job, req)) {
		return tevent_req_post(req, ev);
	}
	TAILQ_INSERT_TAIL(&job->waiters, state, link);
	state->job = job;
	state->acquire = acquire;
	state->uid = in->uid;
	state->is_logon = is_logon(in);
	state->successor_of = in->logon.kept;
	tevent_req_set_cleanup_fn(req, stop_waiting);
	tevent_req_defer_callback(req, ev);
	return req;
}

enum cg_status cg_job_recv(struct tevent_req *req, TALLOC_CTX *mem_ctx,
			   struct cg_ticket **out, uint32_t *detail)
{
	struct waiter_state *state =
		tevent_req_data(req, struct waiter_state);
	enum cg_status st = cg_req_status(req);

	*out = NULL;
	*detail = st == CG_E_KRB5 ? state->detail : 0;
	if (st == CG_OK) {
		*out = talloc_move(mem_ctx, &state->ticket);
	}
	tevent_req_received(req);
	return st;
}
