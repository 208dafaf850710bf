/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See relay.h: the limits and the queue. kdc_try.c does the work. */
#include "isolated-helper/broker/relay.h"

#include <string.h>
#include <sys/queue.h>
#include <sys/time.h>

#include "isolated-helper/broker/kdc_try.h"
#include "isolated-helper/broker/req.h"

struct relay_state {
	TAILQ_ENTRY(relay_state) link;
	struct tevent_req *req;
	struct cg_relay *relay;
	uid_t uid;
	struct cg_kdc_try what;
	struct tevent_req *try;
	struct cg_bytes reply;
	struct cg_kdc_local local;
	struct job_list *place;		/* NULL: over */
};

TAILQ_HEAD(job_list, relay_state);

struct cg_relay {
	struct tevent_context *ev;
	struct cg_kdc_list *kdcs;
	struct cg_relay_times times;
	struct job_list running;
	struct job_list queued;		/* the oldest first */
	struct tevent_immediate *start_more;
};

struct cg_relay *cg_relay_open(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
			       struct cg_kdc_list *kdcs,
			       const struct cg_relay_times *times)
{
	struct cg_relay *relay = talloc_zero(mem_ctx, struct cg_relay);

	if (relay == NULL) {
		return NULL;
	}
	relay->start_more = tevent_create_immediate(relay);
	if (relay->start_more == NULL) {
		talloc_free(relay);
		return NULL;
	}
	relay->ev = ev;
	relay->kdcs = kdcs;
	relay->times = *times;
	TAILQ_INIT(&relay->running);
	TAILQ_INIT(&relay->queued);
	return relay;
}

uint32_t cg_relay_timeout_s(const struct cg_relay *relay)
{
	return relay->times.timeout_s;
}

static void move_to(struct relay_state *state, struct job_list *place)
{
	if (state->place != NULL) {
		TAILQ_REMOVE(state->place, state, link);
	}
	if (place != NULL) {
		TAILQ_INSERT_TAIL(place, state, link);
	}
	state->place = place;
}

static bool may_run(const struct relay_state *new)
{
	const struct relay_state *state;
	uint32_t n = 0;
	uint32_t n_uid = 0;
	uint32_t n_realm = 0;

	TAILQ_FOREACH(state, &new->relay->running, link) {
		n++;
		n_uid += state->uid == new->uid;
		n_realm += strcmp(state->what.realm.text,
				  new->what.realm.text) == 0;
	}
	return n < CG_RELAY_TOTAL && n_uid < CG_RELAY_PER_UID
	       && n_realm < CG_RELAY_PER_REALM;
}

static bool may_wait(const struct relay_state *new)
{
	const struct relay_state *state;
	uint32_t n = 0;
	uint32_t n_uid = 0;

	TAILQ_FOREACH(state, &new->relay->queued, link) {
		n++;
		n_uid += state->uid == new->uid;
	}
	return n < CG_RELAY_QUEUE && n_uid < CG_RELAY_QUEUE_PER_UID;
}

static void try_ended(struct tevent_req *subreq)
{
	struct relay_state *state = tevent_req_callback_data(
		subreq, struct relay_state);
	enum cg_status st;

	cg_kdc_try_local(subreq, &state->local);
	st = cg_kdc_try_recv(subreq, state, &state->reply);
	TALLOC_FREE(state->try);
	if (!cg_req_failed(state->req, st)) {
		tevent_req_done(state->req);
	}
}

static void run(struct relay_state *state)
{
	move_to(state, &state->relay->running);
	state->try = cg_kdc_try_send(state, state->relay->ev, &state->what);
	if (!tevent_req_nomem(state->try, state->req)) {
		tevent_req_set_callback(state->try, try_ended, state);
	}
}

static void start_more(struct tevent_context *ev, struct tevent_immediate *im,
		       void *private_data)
{
	struct cg_relay *relay = talloc_get_type_abort(private_data,
						       struct cg_relay);
	struct relay_state *state = TAILQ_FIRST(&relay->queued);

	(void)ev;
	(void)im;
	while (state != NULL) {
		struct relay_state *next = TAILQ_NEXT(state, link);

		if (may_run(state)) {
			run(state);
		}
		state = next;
	}
}

static void end_job(struct tevent_req *req, enum tevent_req_state req_state)
{
	struct relay_state *state = tevent_req_data(req, struct relay_state);
	struct cg_relay *relay = state->relay;

	(void)req_state;
	TALLOC_FREE(state->try);
	if (state->place == NULL) {
		return;
	}
	move_to(state, NULL);
	if (!TAILQ_EMPTY(&relay->queued)) {
		tevent_schedule_immediate(relay->start_more, relay->ev,
					  start_more, relay);
	}
}

static enum cg_status start(struct relay_state *state,
			    struct tevent_context *ev)
{
	struct timeval end = tevent_timeval_current_ofs(
		state->relay->times.timeout_s, 0);

	if (!may_run(state) && !may_wait(state)) {
		return CG_E_LIMIT;
	}
	if (!tevent_req_set_endtime(state->req, ev, end)) {
		return CG_E_NO_MEMORY;
	}
	if (may_run(state)) {
		run(state);
	} else {
		move_to(state, &state->relay->queued);
	}
	return CG_OK;
}

struct tevent_req *cg_relay_send(TALLOC_CTX *mem_ctx,
				 struct tevent_context *ev,
				 struct cg_relay *relay,
				 const struct cg_relay_what *what)
{
	struct tevent_req *req;
	struct relay_state *state;
	enum cg_status st;

	req = tevent_req_create(mem_ctx, &state, struct relay_state);
	if (req == NULL) {
		return NULL;
	}
	state->req = req;
	state->relay = relay;
	state->uid = what->uid;
	state->what.list = relay->kdcs;
	state->what.request = what->request;
	state->what.kpasswd = what->kpasswd;
	state->what.connect_timeout_s = relay->times.connect_timeout_s;
	st = cg_realm_of(what->realm, &state->what.realm);
	if (st != CG_OK) {
		return cg_req_post(req, ev, st);
	}
	tevent_req_set_cleanup_fn(req, end_job);
	st = start(state, ev);
	if (st != CG_OK) {
		return cg_req_post(req, ev, st);
	}
	if (!tevent_req_is_in_progress(req)) {
		return tevent_req_post(req, ev);
	}
	return req;
}

void cg_relay_local(struct tevent_req *req, struct cg_kdc_local *out)
{
	const struct relay_state *state = tevent_req_data(req,
							  struct relay_state);

	*out = state->local;
}

enum cg_status cg_relay_recv(struct tevent_req *req, TALLOC_CTX *mem_ctx,
			     struct cg_bytes *reply)
{
	struct relay_state *state = tevent_req_data(req, struct relay_state);
	enum cg_status st = cg_req_status(req);

	*reply = (struct cg_bytes){ 0 };
	if (st == CG_OK) {
		(void)talloc_steal(mem_ctx,
				   (void *)(uintptr_t)state->reply.data);
		*reply = state->reply;
	}
	tevent_req_received(req);
	return st;
}
