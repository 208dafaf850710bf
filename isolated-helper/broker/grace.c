/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See grace.h. */
#include "isolated-helper/broker/grace.h"

#include <stdio.h>

#include "isolated-helper/broker/ccache_collection.h"
#include "isolated-helper/broker/log.h"
#include "isolated-helper/broker/session.h"

struct cg_grace {
	struct cg_grace_setup setup;
};

struct waiting {
	struct cg_grace *grace;
	uid_t uid;
	struct cg_ccache_name name;
	uint64_t life;
};

struct cg_grace *cg_grace_open(TALLOC_CTX *mem_ctx,
			       const struct cg_grace_setup *setup)
{
	struct cg_grace *grace = talloc_zero(mem_ctx, struct cg_grace);

	if (grace != NULL) {
		grace->setup = *setup;
	}
	return grace;
}

static void erase(const struct waiting *w)
{
	const struct cg_grace_setup *setup = &w->grace->setup;
	struct cg_ccache *cache;

	if (cg_session_count(setup->sessions, w->uid) > 0
	    || cg_ccache_find(setup->ccaches, w->uid,
			      cg_ccache_name_bytes(&w->name), &cache) != CG_OK
	    || cg_ccache_life(cache) != w->life) {
		return;
	}
	cg_log(CG_LOG_INFO, "uid %u was signed in, and no session was opened",
	       (unsigned int)w->uid);
	cg_ccache_destroy(cache);
}

static void time_is_over(struct tevent_context *ev, struct tevent_timer *te,
			 struct timeval now, void *private_data)
{
	struct waiting *w = talloc_get_type_abort(private_data,
						  struct waiting);

	(void)ev;
	(void)te;
	(void)now;
	erase(w);
	talloc_free(w);
}

enum cg_status cg_grace_begin(struct cg_grace *grace,
			      const struct cg_ccache *cache)
{
	uid_t uid = cg_ccache_uid(cache);
	struct waiting *w;

	if (cg_session_count(grace->setup.sessions, uid) > 0) {
		return CG_OK;
	}
	w = talloc_zero(grace, struct waiting);
	if (w == NULL) {
		return CG_E_NO_MEMORY;
	}
	w->grace = grace;
	w->uid = uid;
	w->life = cg_ccache_life(cache);
	(void)snprintf(w->name.text, sizeof(w->name.text), "%s",
		       cg_ccache_name(cache));
	if (tevent_add_timer(grace->setup.ev, w,
			     tevent_timeval_current_ofs(grace->setup.seconds,
							0),
			     time_is_over, w) == NULL) {
		talloc_free(w);
		return CG_E_NO_MEMORY;
	}
	return CG_OK;
}
