/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is done with whole caches beside ccache.h: the default one of a uid,
 * new names, UUIDs, moving, replacing everything at once. */
#ifndef CG_BROKER_CCACHE_COLLECTION_H
#define CG_BROKER_CCACHE_COLLECTION_H

#include "isolated-helper/broker/ccache.h"
#include "isolated-helper/broker/ccache_name.h"
#include "isolated-helper/broker/ccache_tickets.h"

/* Whether or not there is a cache of that name: "UID" when none was chosen,
 * or when the chosen one is gone. */
struct cg_ccache_name cg_ccache_default_name(const struct cg_ccaches *all,
					     uid_t uid);
/* The cache must exist. */
CG_MUST_CHECK enum cg_status cg_ccache_set_default(struct cg_ccaches *all,
						   uid_t uid,
						   struct cg_bytes name);
/* A name that nobody has; nothing is made. */
CG_MUST_CHECK enum cg_status cg_ccache_new_name(struct cg_ccaches *all,
						uid_t uid,
						struct cg_ccache_name *out);

/* Of another uid: CG_E_NOT_FOUND, as if there were none. */
CG_MUST_CHECK enum cg_status cg_ccache_by_uuid(struct cg_ccaches *all,
					       uid_t uid, const uint8_t *uuid,
					       struct cg_ccache **out);
const uint8_t *cg_ccache_uuid(const struct cg_ccache *cache);
/* Another number whenever the cache was initialised, replaced or moved to:
 * who comes back later sees whether it still is what it was. */
uint64_t cg_ccache_life(const struct cg_ccache *cache);
struct cg_ccache_tickets *cg_ccache_contents(const struct cg_ccache *cache);
const struct cg_quota *cg_ccaches_quota(const struct cg_ccaches *all);

/* All of from goes to the cache named to, made when there is none; what that
 * one held is forgotten, from is gone. The TGT keeps its handle. */
CG_MUST_CHECK enum cg_status cg_ccache_move(struct cg_ccaches *all, uid_t uid,
					    struct cg_bytes from,
					    struct cg_bytes to);

struct cg_ccache_new {
	struct cg_bytes name;
	struct cg_bytes principal;
	int32_t offset_s;
	struct cg_ticket **tickets;
	size_t n_tickets;
};

/* Makes the cache or puts all of this in the place of all it has, or, when
 * that fails, changes nothing. Takes the tickets either way: those that do
 * not end up in the cache are freed and, if kept, forgotten. */
CG_MUST_CHECK enum cg_status cg_ccache_replace(struct cg_ccaches *all,
					       uid_t uid,
					       const struct cg_ccache_new *by);

#endif
