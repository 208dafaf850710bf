/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See renewal.h. */
#include "isolated-helper/broker/renewal.h"

#include <stdio.h>
#include <sys/queue.h>
#include <time.h>

#include "idl/kdc_error.h"
#include "idl/limits.h"
#include "isolated-helper/broker/acquire.h"
#include "isolated-helper/broker/audit.h"
#include "isolated-helper/broker/ccache.h"
#include "isolated-helper/broker/ccache_name.h"
#include "isolated-helper/broker/linger.h"
#include "isolated-helper/broker/log.h"
#include "isolated-helper/broker/session.h"
#include "isolated-helper/broker/ticket.h"

#define FLAG_RENEWABLE 0x00800000U	/* RFC 4120 5.3, bit 8 */
#define WORTH_S 10U			/* a new TGT lives so much longer */
#define RETRY_PARTS 8U			/* of what is left; at least: */
#define RETRY_MIN_S 30U

/* A TGT that is being renewed, or was of late and failed. */
struct attempt {
	TAILQ_ENTRY(attempt) link;
	struct cg_renewal *renewal;
	struct tevent_req *req;		/* NULL: over */
	uid_t uid;
	struct cg_ccache_name cache;
	struct cg_handle kept;
	bool reacquires;
	uint64_t not_before;
};

struct cg_renewal {
	struct cg_renewal_setup setup;
	TAILQ_HEAD(attempts, attempt) attempts;
	uint32_t n_running;
};

static void look_later(struct cg_renewal *renewal);

/* The cast: it is not before 1970. */
static uint64_t now_s(void)
{
	return (uint64_t)time(NULL);
}

/* 0 to 255, another for each TGT and the same each time. */
static uint64_t spread(struct cg_handle handle)
{
	return (handle.v * UINT64_C(0x9e3779b97f4a7c15)) >> 56;
}

static bool is_renewable(const struct cg_ticket *tgt)
{
	const struct cg_ticket_times *t = &tgt->times;

	return (tgt->flags & FLAG_RENEWABLE) != 0 && t->endtime > now_s()
	       && t->renew_till >= t->endtime + WORTH_S;
}

/* Somewhere in the third quarter of its life. */
static uint64_t due_time(const struct cg_ticket *tgt)
{
	const struct cg_ticket_times *t = &tgt->times;
	uint64_t start = t->starttime != 0 ? t->starttime : t->authtime;
	uint64_t life = t->endtime > start ? t->endtime - start : 0;

	return start + life / 2 + life / 4 * spread(tgt->kept) / 256;
}

struct cg_renewal_plan cg_renewal_plan(const struct cg_renewal *renewal,
				       const struct cg_ticket *tgt)
{
	struct cg_renewal_plan plan = { 0, false };

	if (tgt->kept.v == 0) {
		return plan;
	}
	if (renewal->setup.may && is_renewable(tgt)) {
		plan.due = due_time(tgt);
	} else if (renewal->setup.may_reacquire && tgt->has_long_term) {
		plan.due = due_time(tgt);
		plan.reacquires = true;
	}
	return plan;
}

static struct attempt *find(const struct cg_renewal *renewal,
			    struct cg_handle kept)
{
	struct attempt *a;

	TAILQ_FOREACH(a, &renewal->attempts, link) {
		if (a->kept.v == kept.v) {
			return a;
		}
	}
	return NULL;
}

static void drop(struct attempt *a)
{
	TAILQ_REMOVE(&a->renewal->attempts, a, link);
	talloc_free(a);
}

static void audit(const struct attempt *a, const struct cg_ticket *renewed,
		  enum cg_status st, uint32_t detail)
{
	struct cg_audit event = {
		.log = a->renewal->setup.audit,
		.what = a->reacquires ? "re-acquisition"
				      : "renewal by itself",
		.uid = a->uid,
		.result = st,
		.detail = detail,
	};

	if (renewed != NULL) {
		event.client = renewed->client;
		event.server = renewed->server;
	}
	cg_audit(&event);
}

/* The TGT of the cache, if it still is the same. */
static struct cg_ticket *shown(const struct attempt *a)
{
	struct cg_ccache *cache;
	struct cg_ticket *tgt;

	if (cg_ccache_find(a->renewal->setup.ccaches, a->uid,
			   cg_ccache_name_bytes(&a->cache), &cache) != CG_OK) {
		return NULL;
	}
	tgt = cg_ccache_tgt(cache);
	return tgt != NULL && tgt->kept.v == a->kept.v ? tgt : NULL;
}

/* Later and later is too late: in parts of what is left. */
static void wait_after_failure(struct attempt *a)
{
	const struct cg_ticket *tgt = shown(a);
	uint64_t now = now_s();
	uint64_t left = 0;

	if (tgt != NULL && tgt->times.endtime > now) {
		left = (tgt->times.endtime - now) / RETRY_PARTS;
	}
	a->not_before = now + (left > RETRY_MIN_S ? left : RETRY_MIN_S);
}

/* The vault has erased what it kept, or there was nothing. */
static bool is_final(enum cg_status st, uint32_t detail)
{
	return st == CG_E_NOT_FOUND || st == CG_E_DENIED
	       || (st == CG_E_KRB5 && !CG_KDC_ERROR_PASSES(detail));
}

static void give_up(const struct attempt *a)
{
	struct cg_ticket *tgt = shown(a);

	if (tgt != NULL) {
		tgt->has_long_term = false;
		cg_log(CG_LOG_INFO, "uid %u gets no new TGT by itself any"
		       " more; a logon is needed", (unsigned int)a->uid);
	}
}

/* A renewal says nothing of what else the vault has. */
static void keep_up(const struct attempt *a, const struct cg_ticket *fresh,
		    struct cg_ticket *tgt)
{
	if (a->reacquires) {
		tgt->has_ntlm = fresh->has_ntlm;
		tgt->has_long_term = fresh->has_long_term;
	}
}

static void ended(struct attempt *a, const struct cg_ticket *fresh,
		  enum cg_status st, uint32_t detail)
{
	struct cg_ticket *tgt = shown(a);

	a->renewal->n_running--;
	audit(a, fresh, st, detail);
	if (st != CG_OK) {
		wait_after_failure(a);
		return;
	}
	if (tgt != NULL) {
		tgt->times = fresh->times;
		tgt->flags = fresh->flags;
		keep_up(a, fresh, tgt);
	}
	drop(a);
}

static void renewed(struct tevent_req *subreq)
{
	struct attempt *a = tevent_req_callback_data(subreq, struct attempt);
	struct cg_ticket *fresh = NULL;
	enum cg_status st;
	uint32_t detail;

	st = cg_acquire_renewed_recv(subreq, a, &fresh, &detail);
	TALLOC_FREE(a->req);
	ended(a, fresh, st, detail);
}

static void reacquired(struct tevent_req *subreq)
{
	struct attempt *a = tevent_req_callback_data(subreq, struct attempt);
	struct cg_ticket *fresh = NULL;
	enum cg_status st;
	uint32_t detail;

	st = cg_acquire_tgt_recv(subreq, a, &fresh, &detail);
	TALLOC_FREE(a->req);
	if (is_final(st, detail)) {
		give_up(a);
	}
	ended(a, fresh, st, detail);
}

/* As long as the last one could be renewed. */
static uint32_t renewable_s(const struct cg_ticket *tgt)
{
	uint64_t from = tgt->times.authtime;
	uint64_t till = tgt->times.renew_till;

	if (till <= from) {
		return 0;
	}
	/* The cast: compared. */
	return till - from < UINT32_MAX ? (uint32_t)(till - from) : UINT32_MAX;
}

static struct tevent_req *ask(struct attempt *a, const struct cg_ticket *tgt)
{
	const struct cg_renewal_setup *setup = &a->renewal->setup;
	const struct cg_logon logon = {
		.uid = a->uid,
		.kept = a->kept,
		.renewable_s = renewable_s(tgt),
	};

	if (a->reacquires) {
		return cg_acquire_tgt_send(a, setup->ev, setup->acquire,
					   &logon);
	}
	return cg_acquire_renewed_send(a, setup->ev, setup->acquire, a->uid,
				       a->kept);
}

static void begin(struct cg_renewal *renewal, const struct cg_ccache *cache,
		  bool reacquires)
{
	const struct cg_ticket *tgt = cg_ccache_tgt(cache);
	struct attempt *a = talloc_zero(renewal, struct attempt);

	if (a == NULL) {
		return;
	}
	a->renewal = renewal;
	a->uid = cg_ccache_uid(cache);
	a->kept = tgt->kept;
	a->reacquires = reacquires;
	(void)snprintf(a->cache.text, sizeof(a->cache.text), "%s",
		       cg_ccache_name(cache));
	a->req = ask(a, tgt);
	if (a->req == NULL) {
		talloc_free(a);
		return;
	}
	TAILQ_INSERT_TAIL(&renewal->attempts, a, link);
	renewal->n_running++;
	tevent_req_set_callback(a->req, reacquires ? reacquired : renewed, a);
}

static bool is_here(const struct cg_renewal *renewal, uid_t uid)
{
	return cg_session_count(renewal->setup.sessions, uid) > 0
	       || cg_linger_has_process(uid);
}

static void consider(struct cg_renewal *renewal,
		     const struct cg_ccache *cache, uint64_t now)
{
	const struct cg_ticket *tgt = cg_ccache_tgt(cache);
	struct cg_renewal_plan plan;
	struct attempt *a;

	if (tgt == NULL) {
		return;
	}
	plan = cg_renewal_plan(renewal, tgt);
	if (plan.due == 0 || now < plan.due) {
		return;
	}
	a = find(renewal, tgt->kept);
	if (a != NULL && (a->req != NULL || now < a->not_before)) {
		return;
	}
	if (a != NULL) {
		drop(a);
	}
	if (renewal->n_running < CG_RENEWAL_AT_ONCE
	    && (!plan.reacquires || is_here(renewal, cg_ccache_uid(cache)))) {
		begin(renewal, cache, plan.reacquires);
	}
}

/* Failures of TGTs that are gone. */
static void forget_old(struct cg_renewal *renewal, uint64_t now)
{
	struct attempt *a = TAILQ_FIRST(&renewal->attempts);

	while (a != NULL) {
		struct attempt *next = TAILQ_NEXT(a, link);

		if (a->req == NULL && now >= a->not_before) {
			drop(a);
		}
		a = next;
	}
}

static void time_to_look(struct tevent_context *ev, struct tevent_timer *te,
			 struct timeval now, void *private_data)
{
	struct cg_renewal *renewal = talloc_get_type_abort(
		private_data, struct cg_renewal);
	struct cg_ccaches *all = renewal->setup.ccaches;
	const struct cg_ccache *cache = cg_ccache_next(all, CG_UID_ALL, 0);

	(void)ev;
	(void)now;
	talloc_free(te);
	forget_old(renewal, now_s());
	while (cache != NULL) {
		consider(renewal, cache, now_s());
		cache = cg_ccache_next(all, CG_UID_ALL,
				       cg_ccache_index(cache));
	}
	look_later(renewal);
}

static void look_later(struct cg_renewal *renewal)
{
	(void)tevent_add_timer(renewal->setup.ev, renewal,
			       tevent_timeval_current_ofs(CG_RENEWAL_LOOK_S,
							  0),
			       time_to_look, renewal);
}

struct cg_renewal *cg_renewal_open(TALLOC_CTX *mem_ctx,
				   const struct cg_renewal_setup *setup)
{
	struct cg_renewal *renewal = talloc_zero(mem_ctx, struct cg_renewal);

	if (renewal == NULL) {
		return NULL;
	}
	renewal->setup = *setup;
	TAILQ_INIT(&renewal->attempts);
	if (setup->may || setup->may_reacquire) {
		look_later(renewal);
	}
	return renewal;
}
