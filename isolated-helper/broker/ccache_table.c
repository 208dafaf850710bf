/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See ccache_table.h. It doubles when it is full and never shrinks. */
#include "isolated-helper/broker/ccache_table.h"

#define FIRST_SIZE 8U

static struct cg_ccache_link **bucket_of(const struct cg_ccache_table *table,
					 uint64_t hash)
{
	return &table->buckets[hash & (table->n_buckets - 1)];
}

static void chain(const struct cg_ccache_table *table,
		  struct cg_ccache_link *link)
{
	struct cg_ccache_link **bucket = bucket_of(table, link->hash);

	link->next = *bucket;
	*bucket = link;
}

static void rehash(struct cg_ccache_table *table, struct cg_ccache_link *from)
{
	while (from != NULL) {
		struct cg_ccache_link *link = from;

		from = link->next;
		chain(table, link);
	}
}

static enum cg_status grow(TALLOC_CTX *mem_ctx, struct cg_ccache_table *table)
{
	struct cg_ccache_table bigger = *table;

	bigger.n_buckets = table->n_buckets > 0 ? table->n_buckets * 2
						: FIRST_SIZE;
	bigger.buckets = talloc_zero_array(mem_ctx, struct cg_ccache_link *,
					   (unsigned int)bigger.n_buckets);
	if (bigger.buckets == NULL) {
		return CG_E_NO_MEMORY;
	}
	for (size_t i = 0; i < table->n_buckets; i++) {
		rehash(&bigger, table->buckets[i]);
	}
	TALLOC_FREE(table->buckets);
	*table = bigger;
	return CG_OK;
}

enum cg_status cg_ccache_table_add(TALLOC_CTX *mem_ctx,
				   struct cg_ccache_table *table,
				   struct cg_ccache_link *link,
				   uint64_t hash, void *item)
{
	enum cg_status st;

	if (table->n_links >= table->n_buckets) {
		st = grow(mem_ctx, table);
		if (st != CG_OK) {
			return st;
		}
	}
	link->hash = hash;
	link->item = item;
	chain(table, link);
	table->n_links++;
	return CG_OK;
}

void cg_ccache_table_remove(struct cg_ccache_table *table,
			    struct cg_ccache_link *link)
{
	struct cg_ccache_link **at = NULL;

	if (link->item == NULL) {
		return;
	}
	at = bucket_of(table, link->hash);
	while (*at != link) {
		at = &(*at)->next;
	}
	*at = link->next;
	link->item = NULL;
	table->n_links--;
}

static struct cg_ccache_link *same_hash(struct cg_ccache_link *link,
					uint64_t hash)
{
	while (link != NULL && link->hash != hash) {
		link = link->next;
	}
	return link;
}

struct cg_ccache_link *cg_ccache_table_first(
	const struct cg_ccache_table *table, uint64_t hash)
{
	if (table->n_buckets == 0) {
		return NULL;
	}
	return same_hash(*bucket_of(table, hash), hash);
}

struct cg_ccache_link *cg_ccache_table_next(const struct cg_ccache_link *link)
{
	return same_hash(link->next, link->hash);
}
