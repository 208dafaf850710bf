/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See kdc_try.h. */
#include "isolated-helper/broker/kdc_try.h"

#include <sys/time.h>

#include "isolated-helper/broker/kdc_conn.h"
#include "isolated-helper/broker/kdc_list.h"
#include "isolated-helper/broker/log.h"
#include "isolated-helper/broker/req.h"

#define SILENCE_S 1		/* in connect, until the next is started */
#define BUSY_SILENCE_S 3	/* once connected: a KDC may have to think */

struct try_state;

struct attempt {
	struct try_state *state;
	struct tevent_req *conn;	/* NULL: over, or not started */
};

struct try_state {
	struct tevent_req *req;
	struct tevent_context *ev;
	struct cg_kdc_try what;
	struct cg_kdcs kdcs;
	struct attempt attempts[CG_KDC_COUNT_MAX];
	size_t n_started;
	size_t n_running;
	uint32_t silent_s;		/* since the last one was started */
	struct tevent_timer *ticker;
	struct cg_bytes reply;
	struct cg_kdc_local local;
};

static void start_next(struct try_state *state);
static void second_passed(struct tevent_context *ev, struct tevent_timer *te,
			  struct timeval now, void *private_data);

static void stop_all(struct tevent_req *req, enum tevent_req_state req_state)
{
	struct try_state *state = tevent_req_data(req, struct try_state);

	(void)req_state;
	TALLOC_FREE(state->ticker);
	for (size_t i = 0; i < state->n_started; i++) {
		TALLOC_FREE(state->attempts[i].conn);
	}
}

static void log_failure(const struct try_state *state,
			const struct cg_kdc *kdc, enum cg_status st)
{
	char text[CG_KDC_TEXT_LEN];

	cg_kdc_text(kdc, text);
	cg_log(CG_LOG_WARNING, "KDC %s of realm %s: %s", text,
	       state->what.realm.text, cg_status_text(st));
}

static void kdc_failed(struct try_state *state, const struct cg_kdc *kdc,
		       enum cg_status st)
{
	log_failure(state, kdc, st);
	/* A KDC is not to blame for what this machine lacks. */
	if (!state->what.kpasswd
	    && (st == CG_E_UNAVAILABLE || st == CG_E_TIMEOUT)) {
		cg_kdc_list_failed(state->what.list, &state->what.realm, kdc);
	}
	if (state->n_started < state->kdcs.n) {
		start_next(state);
		return;
	}
	if (state->n_running == 0) {
		if (!state->what.kpasswd) {
			cg_kdc_list_exhausted(state->what.list,
					      &state->what.realm);
		}
		tevent_req_error(state->req, CG_E_UNAVAILABLE);
	}
}

static void kdc_ended(struct tevent_req *subreq)
{
	struct attempt *attempt = tevent_req_callback_data_void(subreq);
	struct try_state *state = attempt->state;
	const struct cg_kdc *kdc =
		&state->kdcs.kdc[attempt - state->attempts];
	enum cg_status st;

	cg_kdc_conn_local(subreq, &state->local);
	st = cg_kdc_conn_recv(subreq, state, &state->reply);
	TALLOC_FREE(attempt->conn);
	state->n_running--;
	if (st != CG_OK) {
		kdc_failed(state, kdc, st);
		return;
	}
	if (!state->what.kpasswd) {
		cg_kdc_list_answered(state->what.list, &state->what.realm,
				     kdc);
	}
	tevent_req_done(state->req);
}

static bool is_silent_too_long(const struct try_state *state)
{
	struct tevent_req *last = state->attempts[state->n_started - 1].conn;

	if (last == NULL || !cg_kdc_conn_is_connected(last)) {
		return state->silent_s >= SILENCE_S;
	}
	return state->silent_s >= BUSY_SILENCE_S;
}

static void listen_a_second(struct try_state *state)
{
	TALLOC_FREE(state->ticker);
	if (state->n_started == state->kdcs.n) {
		return;
	}
	state->ticker = tevent_add_timer(state->ev, state,
					 tevent_timeval_current_ofs(1, 0),
					 second_passed, state);
	(void)tevent_req_nomem(state->ticker, state->req);
}

static void second_passed(struct tevent_context *ev, struct tevent_timer *te,
			  struct timeval now, void *private_data)
{
	struct try_state *state = talloc_get_type_abort(private_data,
							struct try_state);

	(void)ev;
	(void)te;
	(void)now;
	state->ticker = NULL;
	state->silent_s++;
	if (is_silent_too_long(state)) {
		start_next(state);
		return;
	}
	listen_a_second(state);
}

static void start_next(struct try_state *state)
{
	size_t i = state->n_started;
	struct attempt *attempt = &state->attempts[i];
	struct cg_kdc to = state->kdcs.kdc[i];

	if (state->what.kpasswd) {
		to = cg_kdc_kpasswd(&to);
	}
	attempt->state = state;
	attempt->conn = cg_kdc_conn_send(state, state->ev, &to,
					 state->what.request,
					 state->what.connect_timeout_s);
	if (tevent_req_nomem(attempt->conn, state->req)) {
		return;
	}
	tevent_req_set_callback(attempt->conn, kdc_ended, attempt);
	state->n_started++;
	state->n_running++;
	state->silent_s = 0;
	listen_a_second(state);
}

static void kdcs_are_known(struct tevent_req *subreq)
{
	struct tevent_req *req = tevent_req_callback_data(subreq,
							  struct tevent_req);
	struct try_state *state = tevent_req_data(req, struct try_state);
	enum cg_status st;

	st = cg_kdc_list_recv(subreq, &state->kdcs);
	TALLOC_FREE(subreq);
	if (!cg_req_failed(req, st)) {
		start_next(state);
	}
}

struct tevent_req *cg_kdc_try_send(TALLOC_CTX *mem_ctx,
				   struct tevent_context *ev,
				   const struct cg_kdc_try *what)
{
	struct tevent_req *req;
	struct tevent_req *subreq;
	struct try_state *state;

	req = tevent_req_create(mem_ctx, &state, struct try_state);
	if (req == NULL) {
		return NULL;
	}
	state->req = req;
	state->ev = ev;
	state->what = *what;
	tevent_req_set_cleanup_fn(req, stop_all);
	subreq = cg_kdc_list_send(state, ev, what->list, &state->what.realm);
	if (tevent_req_nomem(subreq, req)) {
		return tevent_req_post(req, ev);
	}
	tevent_req_set_callback(subreq, kdcs_are_known, req);
	return req;
}

void cg_kdc_try_local(struct tevent_req *req, struct cg_kdc_local *out)
{
	const struct try_state *state = tevent_req_data(req,
							struct try_state);

	*out = state->local;
}

enum cg_status cg_kdc_try_recv(struct tevent_req *req, TALLOC_CTX *mem_ctx,
			       struct cg_bytes *out)
{
	struct try_state *state = tevent_req_data(req, struct try_state);
	enum cg_status st = cg_req_status(req);

	*out = (struct cg_bytes){ 0 };
	if (st == CG_OK) {
		(void)talloc_steal(mem_ctx,
				   (void *)(uintptr_t)state->reply.data);
		*out = state->reply;
	}
	tevent_req_received(req);
	return st;
}
