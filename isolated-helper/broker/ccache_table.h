/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A chained hash table whose links live inside the items. What equal means is
 * the caller's business: it walks the links that share a hash. */
#ifndef CG_BROKER_CCACHE_TABLE_H
#define CG_BROKER_CCACHE_TABLE_H

#include <stddef.h>
#include <stdint.h>
#include <talloc.h>

#include "idl/status.h"

struct cg_ccache_link {
	struct cg_ccache_link *next;
	uint64_t hash;
	void *item;		/* NULL: in no table */
};

/* Starts out as zeroes. */
struct cg_ccache_table {
	struct cg_ccache_link **buckets;
	size_t n_buckets;	/* a power of two, or 0 */
	size_t n_links;
};

/* mem_ctx: owner of the table's memory, the same in every call. */
CG_MUST_CHECK enum cg_status cg_ccache_table_add(
	TALLOC_CTX *mem_ctx, struct cg_ccache_table *table,
	struct cg_ccache_link *link, uint64_t hash, void *item);
void cg_ccache_table_remove(struct cg_ccache_table *table,
			    struct cg_ccache_link *link);
/* The links with this hash, in no order; NULL ends. */
struct cg_ccache_link *cg_ccache_table_first(
	const struct cg_ccache_table *table, uint64_t hash);
struct cg_ccache_link *cg_ccache_table_next(const struct cg_ccache_link *link);

#endif
