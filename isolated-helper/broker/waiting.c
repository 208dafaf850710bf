/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See waiting.h. */
#include "isolated-helper/broker/waiting.h"

#include <stdbool.h>
#include <sys/queue.h>
#include <time.h>

#include "idl/cg_idl.h"
#include "idl/kdc_error.h"
#include "isolated-helper/broker/acquire.h"
#include "isolated-helper/broker/audit.h"
#include "isolated-helper/broker/linger.h"
#include "isolated-helper/broker/log.h"
#include "isolated-helper/broker/logon_store.h"
#include "isolated-helper/broker/session.h"
#include "isolated-helper/broker/ticket.h"

struct item {
	TAILQ_ENTRY(item) link;
	struct cg_waiting *all;
	struct tevent_req *req;		/* NULL: not now */
	uid_t uid;
	struct cg_bytes client;		/* a copy */
	struct cg_handle held;		/* 0: it was refused */
	uint64_t since;
	uint64_t not_before;
	uint32_t pause_s;
};

struct cg_waiting {
	struct cg_waiting_setup setup;
	struct tevent_timer *timer;	/* NULL: nobody waits */
	TAILQ_HEAD(items, item) items;
	uint32_t n_running;
};

static void look_later(struct cg_waiting *all);

/* The cast: it is not before 1970. */
static uint64_t now_s(void)
{
	return (uint64_t)time(NULL);
}

struct cg_waiting *cg_waiting_open(TALLOC_CTX *mem_ctx,
				   const struct cg_waiting_setup *setup)
{
	struct cg_waiting *all = talloc_zero(mem_ctx, struct cg_waiting);

	if (all == NULL) {
		return NULL;
	}
	all->setup = *setup;
	TAILQ_INIT(&all->items);
	return all;
}

static struct item *find(const struct cg_waiting *all, uid_t uid)
{
	struct item *item;

	TAILQ_FOREACH(item, &all->items, link) {
		if (item->uid == uid) {
			return item;
		}
	}
	return NULL;
}

static void drop(struct item *item)
{
	struct cg_waiting *all = item->all;

	if (item->req != NULL) {
		all->n_running--;
	}
	TAILQ_REMOVE(&all->items, item, link);
	cg_acquire_forget(all->setup.acquire, item->uid, item->held);
	talloc_free(item);
}

static void audit(const struct item *item, enum cg_status st, uint32_t detail)
{
	const struct cg_audit event = {
		.log = item->all->setup.audit,
		.what = "belated logon",
		.uid = item->uid,
		.client = item->client,
		.result = st,
		.detail = detail,
	};

	cg_audit(&event);
}

static enum cg_status store(const struct item *item, struct cg_ticket *tgt)
{
	const struct cg_waiting_setup *setup = &item->all->setup;
	struct cg_logon_store to = {
		.ccaches = setup->ccaches,
		.acquire = setup->acquire,
		.uid = item->uid,
	};

	return cg_logon_store(&to, tgt);
}

/* The vault has erased what it held, or had it no more. */
static bool is_refused(enum cg_status st, uint32_t detail)
{
	return st == CG_E_NOT_FOUND || st == CG_E_DENIED
	       || (st == CG_E_KRB5 && !CG_KDC_ERROR_PASSES(detail));
}

static void fail(struct item *item, enum cg_status st, uint32_t detail)
{
	if (is_refused(st, detail)) {
		item->held = (struct cg_handle){ 0 };
		cg_log(CG_LOG_INFO, "uid %u gets no TGT with the password that"
		       " signed it in without a KDC; a logon is needed",
		       (unsigned int)item->uid);
		return;
	}
	item->not_before = now_s() + item->pause_s;
	item->pause_s = item->pause_s * 2 < CG_WAITING_RETRY_MAX_S
			? item->pause_s * 2 : CG_WAITING_RETRY_MAX_S;
}

static void logon_ended(struct tevent_req *subreq)
{
	struct item *item = tevent_req_callback_data(subreq, struct item);
	struct cg_ticket *tgt = NULL;
	enum cg_status st;
	uint32_t detail;

	st = cg_acquire_tgt_recv(subreq, item, &tgt, &detail);
	TALLOC_FREE(item->req);
	item->all->n_running--;
	if (st == CG_OK) {
		/* The vault put the TGT in its place. */
		item->held = (struct cg_handle){ 0 };
		st = store(item, tgt);
	}
	audit(item, st, detail);
	if (st == CG_OK) {
		drop(item);
		return;
	}
	fail(item, st, detail);
}

static void try(struct item *item)
{
	const struct cg_waiting_setup *setup = &item->all->setup;
	const struct cg_logon logon = {
		.uid = item->uid,
		.kept = item->held,
		.renewable_s = CG_WAITING_RENEWABLE_S,
		.verify = true,
	};

	item->req = cg_acquire_tgt_send(item, setup->ev, setup->acquire,
					&logon);
	if (item->req == NULL) {
		return;
	}
	item->all->n_running++;
	tevent_req_set_callback(item->req, logon_ended, item);
}

/* Who opened no session, and runs nothing, did not come in. */
static bool is_gone(const struct item *item, uint64_t now)
{
	const struct cg_waiting_setup *setup = &item->all->setup;

	return now > item->since + setup->grace_s
	       && cg_session_count(setup->sessions, item->uid) == 0
	       && !cg_linger_has_process(item->uid);
}

static void consider(struct item *item, uint64_t now)
{
	if (item->req != NULL) {
		return;
	}
	if (is_gone(item, now)) {
		drop(item);
		return;
	}
	if (item->held.v != 0 && now >= item->not_before
	    && item->all->n_running < CG_WAITING_AT_ONCE) {
		try(item);
	}
}

static void time_to_look(struct tevent_context *ev, struct tevent_timer *te,
			 struct timeval now, void *private_data)
{
	struct cg_waiting *all = talloc_get_type_abort(private_data,
						       struct cg_waiting);
	struct item *item = TAILQ_FIRST(&all->items);

	(void)ev;
	(void)now;
	talloc_free(te);
	all->timer = NULL;
	while (item != NULL) {
		struct item *next = TAILQ_NEXT(item, link);

		consider(item, now_s());
		item = next;
	}
	look_later(all);
}

static void look_later(struct cg_waiting *all)
{
	if (all->timer != NULL || TAILQ_EMPTY(&all->items)) {
		return;
	}
	all->timer = tevent_add_timer(
		all->setup.ev, all,
		tevent_timeval_current_ofs(CG_WAITING_LOOK_S, 0), time_to_look,
		all);
}

static struct item *new_item(struct cg_waiting *all, struct cg_bytes client)
{
	struct item *item = talloc_zero(all, struct item);

	if (item == NULL) {
		return NULL;
	}
	item->client = (struct cg_bytes){
		talloc_memdup(item, client.data, client.len), client.len };
	if (item->client.data == NULL) {
		talloc_free(item);
		return NULL;
	}
	item->all = all;
	return item;
}

enum cg_status cg_waiting_add(struct cg_waiting *waiting, uid_t uid,
			      struct cg_bytes client, struct cg_handle held)
{
	struct item *item = new_item(waiting, client);

	if (item == NULL) {
		cg_acquire_forget(waiting->setup.acquire, uid, held);
		return CG_E_NO_MEMORY;
	}
	cg_waiting_end(waiting, uid);
	item->uid = uid;
	item->held = held;
	item->since = now_s();
	item->pause_s = CG_WAITING_RETRY_S;
	TAILQ_INSERT_TAIL(&waiting->items, item, link);
	look_later(waiting);
	return CG_OK;
}

uint32_t cg_waiting_state(const struct cg_waiting *waiting, uid_t uid)
{
	const struct item *item = find(waiting, uid);

	if (item == NULL) {
		return CG_WAITING_NO;
	}
	return item->held.v != 0 ? CG_WAITING_FOR_KDC : CG_WAITING_REFUSED;
}

void cg_waiting_end(struct cg_waiting *waiting, uid_t uid)
{
	struct item *item = find(waiting, uid);

	if (item != NULL) {
		drop(item);
	}
}
