/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The credential caches of all users: names, visible tickets, quotas. Knows
 * nothing of sockets; a TGT that leaves a cache is reported to on_forget. */
#ifndef CG_BROKER_CCACHE_H
#define CG_BROKER_CCACHE_H

#include <stdbool.h>
#include <sys/types.h>
#include <talloc.h>

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_ticket;
struct cg_ccache;	/* one cache */
struct cg_ccaches;	/* all of them */

struct cg_quota {
	uint32_t caches_per_uid;
	uint32_t tickets_per_cache;
	uint64_t bytes_per_uid;
	uint64_t bytes_total;		/* of all uids; 0: no limit */
};

typedef void (*cg_forget_fn)(uid_t uid, struct cg_handle kept, void *arg);

/* NULL when out of memory or of randomness. */
struct cg_ccaches *cg_ccaches_open(TALLOC_CTX *mem_ctx,
				   const struct cg_quota *quota,
				   cg_forget_fn on_forget, void *arg);

/* Names are residuals: "UID" (the default one) or "UID:anything"; see
 * ccache_name.h. A name of another uid's space is CG_E_DENIED, for uid 0 as
 * well (rule 3). An empty name is the uid's default cache. */
CG_MUST_CHECK enum cg_status cg_ccache_find(struct cg_ccaches *all, uid_t uid,
					    struct cg_bytes name,
					    struct cg_ccache **out);
/* Empties the cache or makes it, with this principal. */
CG_MUST_CHECK enum cg_status cg_ccache_initialize(struct cg_ccaches *all,
						  uid_t uid,
						  struct cg_bytes name,
						  struct cg_bytes principal,
						  struct cg_ccache **out);
void cg_ccache_destroy(struct cg_ccache *cache);
/* A duplicate (same client and server) is replaced, expired ones purged.
 * On CG_OK the cache owns t; else it is the caller's, and so is t->kept. */
CG_MUST_CHECK enum cg_status cg_ccache_store(struct cg_ccache *cache,
					     struct cg_ticket *t);

const char *cg_ccache_name(const struct cg_ccache *cache);
struct cg_bytes cg_ccache_principal(const struct cg_ccache *cache);
uid_t cg_ccache_uid(const struct cg_ccache *cache);
size_t cg_ccache_n_tickets(const struct cg_ccache *cache);
bool cg_ccache_is_default(const struct cg_ccache *cache);
uint64_t cg_ccache_index(const struct cg_ccache *cache);  /* rises, never 0 */
/* The TGT of the cache's own realm, or NULL. Borrowed. */
struct cg_ticket *cg_ccache_tgt(const struct cg_ccache *cache);
/* The uid's cache (uid CG_UID_ALL: anybody's) with the lowest index above
 * after, or NULL. */
struct cg_ccache *cg_ccache_next(struct cg_ccaches *all, uid_t uid,
				 uint64_t after);

struct cg_ccaches_count {
	uint32_t caches;
	uint32_t tickets;
	uint32_t uids;
	uint32_t with_ntlm;	/* caches whose TGT can answer NTLM */
};

struct cg_ccaches_count cg_ccaches_count(const struct cg_ccaches *all);

#endif
