/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See kdc_list.h. Realms are at most REALMS_MAX, whatever clients ask for. */
#include "isolated-helper/broker/kdc_list.h"

#include <string.h>
#include <sys/queue.h>
#include <time.h>

#include "isolated-helper/broker/child.h"
#include "isolated-helper/broker/log.h"
#include "isolated-helper/broker/req.h"

#define REALMS_MAX 256U
#define SEARCHES_MAX 64U	/* programs at the same time */

struct list_state {
	TAILQ_ENTRY(list_state) link;
	struct tevent_req *req;
	struct realm_entry *waits_for;
	struct cg_kdcs found;
};

struct realm_entry {
	TAILQ_ENTRY(realm_entry) link;
	struct cg_kdc_list *list;
	struct cg_realm realm;
	struct cg_kdc_order kdcs;
	uint64_t searched_s;
	uint64_t valid_until_s;
	struct tevent_req *search;		/* NULL: none under way */
	TAILQ_HEAD(waiter_list, list_state) waiters;
};

struct cg_kdc_list {
	struct tevent_context *ev;
	struct cg_kdc_sources sources;
	size_t n_realms;
	size_t n_searches;
	TAILQ_HEAD(realm_list, realm_entry) realms;	/* last used last */
};

static uint64_t now_s(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec;
}

struct cg_kdc_list *cg_kdc_list_open(TALLOC_CTX *mem_ctx,
				     struct tevent_context *ev,
				     const struct cg_kdc_sources *sources)
{
	struct cg_kdc_list *list = talloc_zero(mem_ctx, struct cg_kdc_list);

	if (list == NULL) {
		return NULL;
	}
	list->ev = ev;
	list->sources = *sources;
	TAILQ_INIT(&list->realms);
	return list;
}

static struct realm_entry *find_realm(struct cg_kdc_list *list,
				      const struct cg_realm *realm)
{
	struct realm_entry *entry;

	TAILQ_FOREACH(entry, &list->realms, link) {
		if (strcmp(entry->realm.text, realm->text) == 0) {
			return entry;
		}
	}
	return NULL;
}

/* Realms that do not exist go before those that do. */
static void drop_one_realm(struct cg_kdc_list *list)
{
	struct realm_entry *entry;
	struct realm_entry *victim = NULL;

	TAILQ_FOREACH(entry, &list->realms, link) {
		if (entry->search != NULL) {
			continue;
		}
		/* It does not see that the loop of the macro goes on. */
		/* cppcheck-suppress knownConditionTrueFalse */
		if (victim == NULL
		    || (victim->kdcs.n > 0 && entry->kdcs.n == 0)) {
			victim = entry;
		}
	}
	if (victim != NULL) {
		TAILQ_REMOVE(&list->realms, victim, link);
		list->n_realms--;
		talloc_free(victim);
	}
}

static struct realm_entry *get_realm(struct cg_kdc_list *list,
				     const struct cg_realm *realm)
{
	struct realm_entry *entry = find_realm(list, realm);

	if (entry != NULL) {
		TAILQ_REMOVE(&list->realms, entry, link);
		TAILQ_INSERT_TAIL(&list->realms, entry, link);
		return entry;
	}
	if (list->n_realms >= REALMS_MAX) {
		drop_one_realm(list);
	}
	if (list->n_realms >= REALMS_MAX) {
		return NULL;
	}
	entry = talloc_zero(list, struct realm_entry);
	if (entry == NULL) {
		return NULL;
	}
	entry->list = list;
	entry->realm = *realm;
	TAILQ_INIT(&entry->waiters);
	TAILQ_INSERT_TAIL(&list->realms, entry, link);
	list->n_realms++;
	return entry;
}

static enum cg_status best_of(const struct realm_entry *entry,
			      struct cg_kdcs *out)
{
	return cg_kdc_order_best(&entry->kdcs, now_s(), out);
}

static void wake_waiters(struct realm_entry *entry)
{
	struct list_state *state;

	while ((state = TAILQ_FIRST(&entry->waiters)) != NULL) {
		enum cg_status st = best_of(entry, &state->found);

		if (!cg_req_failed(state->req, st)) {
			tevent_req_done(state->req);
		}
	}
}

static void take_answer(struct realm_entry *entry, char *text)
{
	uint32_t valid_s = CG_KDCS_FOUND_S;

	if (cg_kdc_order_replace(&entry->kdcs, text) != CG_OK) {
		valid_s = CG_KDCS_NOT_FOUND_S;
		cg_log(CG_LOG_WARNING, "no KDC found for realm %s",
		       entry->realm.text);
	}
	entry->searched_s = now_s();
	entry->valid_until_s = entry->searched_s + valid_s;
}

static void search_ended(struct tevent_req *subreq)
{
	struct realm_entry *entry = tevent_req_callback_data(
		subreq, struct realm_entry);
	char none[] = "";
	char *text = NULL;
	enum cg_status st;

	st = cg_child_recv(subreq, entry, &text);
	TALLOC_FREE(subreq);
	entry->search = NULL;
	entry->list->n_searches--;
	if (st != CG_OK) {
		cg_log(CG_LOG_ERROR, "%s: cannot run it",
		       entry->list->sources.locate_program);
	}
	take_answer(entry, text != NULL ? text : none);
	talloc_free(text);
	wake_waiters(entry);
}

static void add_fixed(const struct cg_kdc_list *list,
		      const struct cg_realm *realm, const char **argv)
{
	for (size_t i = 0; i < list->sources.n_fixed; i++) {
		const struct cg_fixed_kdcs *fixed = &list->sources.fixed[i];

		if (strcmp(fixed->realm.text, realm->text) == 0) {
			memcpy(argv, fixed->hosts, sizeof(fixed->hosts));
			return;
		}
	}
}

static enum cg_status start_search(struct realm_entry *entry)
{
	struct cg_kdc_list *list = entry->list;
	const char *argv[2 + CG_KDC_COUNT_MAX + 1] = {
		list->sources.locate_program, entry->realm.text,
	};

	if (entry->search != NULL) {
		return CG_OK;
	}
	if (list->n_searches >= SEARCHES_MAX) {
		return CG_E_LIMIT;
	}
	add_fixed(list, &entry->realm, argv + 2);
	entry->search = cg_child_send(entry, list->ev, argv,
				      CG_LOCATE_LIMIT_S);
	if (entry->search == NULL) {
		return CG_E_NO_MEMORY;
	}
	tevent_req_set_callback(entry->search, search_ended, entry);
	list->n_searches++;
	return CG_OK;
}

static void stop_waiting(struct tevent_req *req,
			 enum tevent_req_state req_state)
{
	struct list_state *state = tevent_req_data(req, struct list_state);

	(void)req_state;
	if (state->waits_for != NULL) {
		TAILQ_REMOVE(&state->waits_for->waiters, state, link);
	}
	state->waits_for = NULL;
}

struct tevent_req *cg_kdc_list_send(TALLOC_CTX *mem_ctx,
				    struct tevent_context *ev,
				    struct cg_kdc_list *list,
				    const struct cg_realm *realm)
{
	struct tevent_req *req;
	struct list_state *state;
	struct realm_entry *entry;
	enum cg_status st;

	req = tevent_req_create(mem_ctx, &state, struct list_state);
	if (req == NULL) {
		return NULL;
	}
	state->req = req;
	entry = get_realm(list, realm);
	if (entry == NULL) {
		return cg_req_post(req, ev, CG_E_LIMIT);
	}
	if (entry->valid_until_s > now_s()) {
		return cg_req_post(req, ev, best_of(entry, &state->found));
	}
	st = start_search(entry);
	if (st != CG_OK) {
		return cg_req_post(req, ev, st);
	}
	TAILQ_INSERT_TAIL(&entry->waiters, state, link);
	state->waits_for = entry;
	tevent_req_set_cleanup_fn(req, stop_waiting);
	tevent_req_defer_callback(req, ev);
	return req;
}

enum cg_status cg_kdc_list_recv(struct tevent_req *req, struct cg_kdcs *out)
{
	struct list_state *state = tevent_req_data(req, struct list_state);
	enum cg_status st = cg_req_status(req);

	*out = (struct cg_kdcs){ .n = 0 };
	if (st == CG_OK) {
		*out = state->found;
	}
	tevent_req_received(req);
	return st;
}

void cg_kdc_list_answered(struct cg_kdc_list *list,
			  const struct cg_realm *realm,
			  const struct cg_kdc *kdc)
{
	struct realm_entry *entry = find_realm(list, realm);

	if (entry != NULL) {
		cg_kdc_order_answered(&entry->kdcs, kdc);
	}
}

void cg_kdc_list_failed(struct cg_kdc_list *list, const struct cg_realm *realm,
			const struct cg_kdc *kdc)
{
	struct realm_entry *entry = find_realm(list, realm);

	if (entry != NULL) {
		cg_kdc_order_failed(&entry->kdcs, kdc, now_s());
	}
}

void cg_kdc_list_exhausted(struct cg_kdc_list *list,
			   const struct cg_realm *realm)
{
	struct realm_entry *entry = find_realm(list, realm);

	if (entry != NULL) {
		entry->valid_until_s =
			entry->searched_s + CG_KDCS_NOT_FOUND_S;
	}
}
