/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See grace.h. */
#include "isolated-helper/broker/grace.h"

#include <stdio.h>
#include <sys/queue.h>

#include "isolated-helper/broker/ccache_collection.h"
#include "isolated-helper/broker/log.h"
#include "isolated-helper/broker/session.h"

struct cg_grace_guest {
	TAILQ_ENTRY(cg_grace_guest) link;
	struct cg_grace *grace;
	uid_t uid;
	bool is_in;			/* the logon was good */
	bool is_late;			/* it puts nothing off any more */
	bool has_cache;
	struct cg_ccache_name name;
	uint64_t life;
};

/* A uid whose end was put off. */
struct put_off {
	TAILQ_ENTRY(put_off) link;
	uid_t uid;
};

struct cg_grace {
	struct cg_grace_setup setup;
	TAILQ_HEAD(guests, cg_grace_guest) guests;
	TAILQ_HEAD(ends, put_off) ends;
};

/* An end that was put off goes with the grace itself. */
static int grace_gone(struct cg_grace *grace)
{
	TAILQ_INIT(&grace->ends);
	return 0;
}

struct cg_grace *cg_grace_open(TALLOC_CTX *mem_ctx,
			       const struct cg_grace_setup *setup)
{
	struct cg_grace *grace = talloc_zero(mem_ctx, struct cg_grace);

	if (grace != NULL) {
		grace->setup = *setup;
		TAILQ_INIT(&grace->guests);
		TAILQ_INIT(&grace->ends);
		talloc_set_destructor(grace, grace_gone);
	}
	return grace;
}

static bool awaits(const struct cg_grace *grace, uid_t uid)
{
	const struct cg_grace_guest *guest;

	TAILQ_FOREACH(guest, &grace->guests, link) {
		if (guest->uid == uid && !guest->is_late) {
			return true;
		}
	}
	return false;
}

static struct put_off *find_end(const struct cg_grace *grace, uid_t uid)
{
	struct put_off *end;

	TAILQ_FOREACH(end, &grace->ends, link) {
		if (end->uid == uid) {
			return end;
		}
	}
	return NULL;
}

static void settle(struct cg_grace *grace, uid_t uid)
{
	struct put_off *end = find_end(grace, uid);

	if (end == NULL || awaits(grace, uid)) {
		return;
	}
	TAILQ_REMOVE(&grace->ends, end, link);
	talloc_free(end);
	if (cg_session_count(grace->setup.sessions, uid) == 0) {
		grace->setup.on_end(uid, grace->setup.arg);
	}
}

static int guest_gone(struct cg_grace_guest *guest)
{
	TAILQ_REMOVE(&guest->grace->guests, guest, link);
	settle(guest->grace, guest->uid);
	return 0;
}

struct cg_grace_guest *cg_grace_expect(TALLOC_CTX *mem_ctx,
				       struct cg_grace *grace, uid_t uid)
{
	struct cg_grace_guest *guest = talloc_zero(mem_ctx,
						   struct cg_grace_guest);

	if (guest == NULL) {
		return NULL;
	}
	guest->grace = grace;
	guest->uid = uid;
	TAILQ_INSERT_TAIL(&grace->guests, guest, link);
	talloc_set_destructor(guest, guest_gone);
	return guest;
}

static void erase(const struct cg_grace_guest *guest)
{
	const struct cg_grace_setup *setup = &guest->grace->setup;
	struct cg_ccache *cache;

	if (!guest->has_cache
	    || cg_session_count(setup->sessions, guest->uid) > 0
	    || cg_ccache_find(setup->ccaches, guest->uid,
			      cg_ccache_name_bytes(&guest->name),
			      &cache) != CG_OK
	    || cg_ccache_life(cache) != guest->life) {
		return;
	}
	cg_log(CG_LOG_INFO, "uid %u was signed in, and no session was opened",
	       (unsigned int)guest->uid);
	cg_ccache_destroy(cache);
}

static void time_is_over(struct tevent_context *ev, struct tevent_timer *te,
			 struct timeval now, void *private_data)
{
	struct cg_grace_guest *guest = talloc_get_type_abort(
		private_data, struct cg_grace_guest);

	(void)ev;
	(void)te;
	(void)now;
	erase(guest);
	talloc_free(guest);
}

static void is_late_now(struct tevent_context *ev, struct tevent_timer *te,
			struct timeval now, void *private_data)
{
	struct cg_grace_guest *guest = talloc_get_type_abort(
		private_data, struct cg_grace_guest);

	(void)ev;
	(void)te;
	(void)now;
	guest->is_late = true;
	settle(guest->grace, guest->uid);
}

/* The one that is set last comes last: that one frees the guest. */
static bool set_timers(struct cg_grace_guest *guest)
{
	const struct cg_grace_setup *setup = &guest->grace->setup;

	if (setup->seconds > CG_GRACE_PUTS_OFF_S
	    && tevent_add_timer(setup->ev, guest,
				tevent_timeval_current_ofs(
					CG_GRACE_PUTS_OFF_S, 0),
				is_late_now, guest) == NULL) {
		return false;
	}
	return tevent_add_timer(setup->ev, guest,
				tevent_timeval_current_ofs(setup->seconds, 0),
				time_is_over, guest) != NULL;
}

enum cg_status cg_grace_begin(struct cg_grace *grace, uid_t uid,
			      const struct cg_ccache *cache)
{
	struct cg_grace_guest *guest = cg_grace_expect(grace, grace, uid);

	if (guest == NULL) {
		return CG_E_NO_MEMORY;
	}
	guest->is_in = true;
	if (cache != NULL) {
		guest->has_cache = true;
		guest->life = cg_ccache_life(cache);
		(void)snprintf(guest->name.text, sizeof(guest->name.text),
			       "%s", cg_ccache_name(cache));
	}
	if (!set_timers(guest)) {
		talloc_free(guest);
		return CG_E_NO_MEMORY;
	}
	return CG_OK;
}

void cg_grace_came(struct cg_grace *grace, uid_t uid)
{
	struct cg_grace_guest *guest;

	TAILQ_FOREACH(guest, &grace->guests, link) {
		if (guest->uid == uid && guest->is_in) {
			talloc_free(guest);
			return;
		}
	}
}

bool cg_grace_puts_off(struct cg_grace *grace, uid_t uid)
{
	struct put_off *end;

	if (!awaits(grace, uid)) {
		return false;
	}
	if (find_end(grace, uid) != NULL) {
		return true;
	}
	end = talloc_zero(grace, struct put_off);
	if (end == NULL) {
		return false;
	}
	end->uid = uid;
	TAILQ_INSERT_TAIL(&grace->ends, end, link);
	return true;
}
