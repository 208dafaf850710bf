/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What ccache.c and ccache_collection.c share; nobody else includes it. */
#ifndef CG_BROKER_CCACHE_STATE_H
#define CG_BROKER_CCACHE_STATE_H

#include <stdbool.h>
#include <sys/queue.h>

#include "isolated-helper/broker/ccache.h"
#include "isolated-helper/broker/ccache_hash.h"
#include "isolated-helper/broker/ccache_name.h"
#include "isolated-helper/broker/ccache_table.h"
#include "isolated-helper/broker/ccache_tickets.h"

/* A uid with caches. */
struct cg_ccache_owner {
	struct cg_ccache_link by_uid;
	struct cg_ccaches *all;
	uid_t uid;
	uint32_t n_caches;
	struct cg_ccache_meter meter;
	TAILQ_HEAD(cg_ccache_list, cg_ccache) caches;
	struct cg_ccache *primary;	/* NULL: the one named "UID" */
};

struct cg_ccache {
	TAILQ_ENTRY(cg_ccache) in_owner;
	TAILQ_ENTRY(cg_ccache) in_all;
	struct cg_ccache_link by_name;
	struct cg_ccache_link by_uuid;
	struct cg_ccache_owner *owner;
	struct cg_ccache_tickets *tickets;
	struct cg_ccache_name name;
	uint8_t uuid[CG_CCACHE_UUID_LEN];
	uint64_t index;
	uint64_t life;
};

struct cg_ccaches {
	struct cg_quota quota;
	cg_forget_fn on_forget;
	void *arg;
	struct cg_ccache_hash key;
	struct cg_ccache_table owners;
	struct cg_ccache_table by_name;
	struct cg_ccache_table by_uuid;
	TAILQ_HEAD(cg_ccache_all, cg_ccache) caches;
	uint64_t n_bytes;
	uint64_t last_index;
	uint64_t last_life;
};

struct cg_ccache_owner *cg_ccache_owner_find(const struct cg_ccaches *all,
					     uid_t uid);
/* The cache of this name, new when there was none; it holds no tickets struct
 * yet then. */
CG_MUST_CHECK enum cg_status cg_ccache_obtain(struct cg_ccaches *all,
					      uid_t uid,
					      struct cg_bytes name,
					      struct cg_ccache **out);
struct cg_ccache_tickets *cg_ccache_new_tickets(struct cg_ccache *cache,
						struct cg_bytes principal);
/* Closes the old ones. */
void cg_ccache_set_tickets(struct cg_ccache *cache,
			   struct cg_ccache_tickets *tickets);
/* Is the uid, and are all uids together, allowed as many bytes more? */
bool cg_ccache_has_bytes(const struct cg_ccache_owner *owner, uint64_t more);
/* Takes the record of a cache away; its tickets are gone already. */
void cg_ccache_drop(struct cg_ccache *cache);

#endif
