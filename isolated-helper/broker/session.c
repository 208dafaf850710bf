/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See session.h. At most CG_SESSIONS_TOTAL exist, so they are searched
 * linearly: some ten microseconds when all are there. */
#include "isolated-helper/broker/session.h"

#include <string.h>
#include <sys/queue.h>
#include <time.h>
#include <unistd.h>

#include "idl/limits.h"
#include "isolated-helper/broker/log.h"

struct item {
	TAILQ_ENTRY(item) link;
	struct cg_sessions *all;
	struct cg_session session;
	int leader_fd;
};

struct cg_sessions {
	struct cg_sessions_setup setup;
	TAILQ_HEAD(items, item) items;	/* ids rise */
	uint64_t last_id;
	uint32_t n;
};

struct cg_sessions *cg_sessions_open(TALLOC_CTX *mem_ctx,
				     const struct cg_sessions_setup *setup)
{
	struct cg_sessions *all = talloc_zero(mem_ctx, struct cg_sessions);

	if (all == NULL) {
		return NULL;
	}
	all->setup = *setup;
	TAILQ_INIT(&all->items);
	return all;
}

static int item_destructor(struct item *item)
{
	(void)close(item->leader_fd);
	return 0;
}

static void end(struct item *item)
{
	struct cg_sessions *all = item->all;
	uid_t uid = item->session.uid;

	TAILQ_REMOVE(&all->items, item, link);
	all->n--;
	talloc_free(item);
	if (cg_session_count(all, uid) == 0) {
		all->setup.on_last(uid, all->setup.arg);
	}
}

static void leader_ended(struct tevent_context *ev, struct tevent_fd *fde,
			 uint16_t flags, void *private_data)
{
	struct item *item = talloc_get_type_abort(private_data, struct item);

	(void)ev;
	(void)flags;
	cg_log(CG_LOG_INFO, "session %llu of uid %u: its process %d ended",
	       (unsigned long long)item->session.id,
	       (unsigned int)item->session.uid, (int)item->session.leader);
	/* Inside its own handler tevent refuses to free fde and does it
	 * after; talloc must not come across it a second time meanwhile. */
	talloc_free(talloc_steal(item->all, fde));
	end(item);
}

static void describe(struct item *item, const struct cg_session_new *by)
{
	struct cg_session *s = &item->session;

	s->uid = by->uid;
	s->leader = by->leader;
	/* The cast: it is not before 1970. */
	s->opened = (uint64_t)time(NULL);
	if (by->service.len > 0) {
		/* At most CG_SERVICE_MAX: the codec looked. */
		memcpy(s->service, by->service.data, by->service.len);
	}
}

enum cg_status cg_session_open(struct cg_sessions *all,
			       const struct cg_session_new *by, uint64_t *out)
{
	struct item *item = NULL;
	struct tevent_fd *fde;

	*out = 0;
	if (all->n < CG_SESSIONS_TOTAL
	    && cg_session_count(all, by->uid) < all->setup.per_uid) {
		item = talloc_zero(all, struct item);
	}
	if (item == NULL) {
		(void)close(by->leader_fd);
		return CG_E_LIMIT;
	}
	item->all = all;
	item->leader_fd = by->leader_fd;
	talloc_set_destructor(item, item_destructor);
	fde = tevent_add_fd(all->setup.ev, item, by->leader_fd,
			    TEVENT_FD_READ, leader_ended, item);
	if (fde == NULL) {
		talloc_free(item);
		return CG_E_NO_MEMORY;
	}
	describe(item, by);
	item->session.id = ++all->last_id;
	TAILQ_INSERT_TAIL(&all->items, item, link);
	all->n++;
	*out = item->session.id;
	return CG_OK;
}

static struct item *find(const struct cg_sessions *all, uint64_t id)
{
	struct item *item;

	TAILQ_FOREACH(item, &all->items, link) {
		if (item->session.id == id) {
			return item;
		}
	}
	return NULL;
}

const struct cg_session *cg_session_find(const struct cg_sessions *all,
					 uint64_t id)
{
	struct item *item = find(all, id);

	return item != NULL ? &item->session : NULL;
}

const struct cg_session *cg_session_next(const struct cg_sessions *all,
					 uid_t uid, uint64_t after)
{
	struct item *item;

	TAILQ_FOREACH(item, &all->items, link) {
		if (item->session.id > after
		    && (uid == CG_UID_ALL || item->session.uid == uid)) {
			return &item->session;
		}
	}
	return NULL;
}

uint32_t cg_session_count(const struct cg_sessions *all, uid_t uid)
{
	struct item *item;
	uint32_t n = 0;

	TAILQ_FOREACH(item, &all->items, link) {
		if (item->session.uid == uid) {
			n++;
		}
	}
	return n;
}

void cg_session_close(struct cg_sessions *all, uint64_t id)
{
	struct item *item = find(all, id);

	if (item != NULL) {
		end(item);
	}
}
