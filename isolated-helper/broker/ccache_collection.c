/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See ccache_collection.h. */
#include "isolated-helper/broker/ccache_collection.h"

#include <string.h>

#include "isolated-helper/broker/ccache_state.h"
#include "isolated-helper/broker/ticket.h"

struct cg_ccache_name cg_ccache_default_name(const struct cg_ccaches *all,
					     uid_t uid)
{
	const struct cg_ccache_owner *owner = cg_ccache_owner_find(all, uid);

	if (owner == NULL || owner->primary == NULL) {
		return cg_ccache_name_first(uid);
	}
	return owner->primary->name;
}

bool cg_ccache_is_default(const struct cg_ccache *cache)
{
	struct cg_ccache_name name =
		cg_ccache_default_name(cache->owner->all, cache->owner->uid);

	return strcmp(name.text, cache->name.text) == 0;
}

enum cg_status cg_ccache_set_default(struct cg_ccaches *all, uid_t uid,
				     struct cg_bytes name)
{
	struct cg_ccache *cache;
	enum cg_status st;

	st = cg_ccache_find(all, uid, name, &cache);
	if (st != CG_OK) {
		return st;
	}
	cache->owner->primary = cache;
	return CG_OK;
}

enum cg_status cg_ccache_new_name(struct cg_ccaches *all, uid_t uid,
				  struct cg_ccache_name *out)
{
	struct cg_ccache *taken = NULL;
	enum cg_status st;

	do {
		st = cg_ccache_name_random(uid, out);
		if (st != CG_OK) {
			return st;
		}
		st = cg_ccache_find(all, uid, cg_ccache_name_bytes(out),
				    &taken);
	} while (st == CG_OK);
	return st == CG_E_NOT_FOUND ? CG_OK : st;
}

enum cg_status cg_ccache_by_uuid(struct cg_ccaches *all, uid_t uid,
				 const uint8_t *uuid, struct cg_ccache **out)
{
	const struct cg_ccache_link *link;
	uint64_t hash;

	*out = NULL;
	memcpy(&hash, uuid, sizeof(hash));
	link = cg_ccache_table_first(&all->by_uuid, hash);
	for (; link != NULL; link = cg_ccache_table_next(link)) {
		struct cg_ccache *cache = link->item;

		if (memcmp(cache->uuid, uuid, sizeof(cache->uuid)) == 0
		    && cache->owner->uid == uid) {
			*out = cache;
			return CG_OK;
		}
	}
	return CG_E_NOT_FOUND;
}

const uint8_t *cg_ccache_uuid(const struct cg_ccache *cache)
{
	return cache->uuid;
}

uint64_t cg_ccache_life(const struct cg_ccache *cache)
{
	return cache->life;
}

struct cg_ccache_tickets *cg_ccache_contents(const struct cg_ccache *cache)
{
	return cache->tickets;
}

const struct cg_quota *cg_ccaches_quota(const struct cg_ccaches *all)
{
	return &all->quota;
}

enum cg_status cg_ccache_move(struct cg_ccaches *all, uid_t uid,
			      struct cg_bytes from, struct cg_bytes to)
{
	struct cg_ccache *old;
	struct cg_ccache *new;
	enum cg_status st;

	st = cg_ccache_find(all, uid, from, &old);
	if (st != CG_OK) {
		return st;
	}
	st = cg_ccache_obtain(all, uid, to, &new);
	if (st != CG_OK || old == new) {
		return st;
	}
	cg_ccache_set_tickets(new, old->tickets);
	old->tickets = NULL;
	cg_ccache_drop(old);
	return CG_OK;
}

static void give_up(const struct cg_ccaches *all, uid_t uid,
		    struct cg_ticket *t)
{
	if (t->kept.v != 0) {
		all->on_forget(uid, t->kept, all->arg);
	}
	talloc_free(t);
}

/* Does it fit where the old contents are now? Duplicates count twice. */
static bool fits(const struct cg_ccache *cache, const struct cg_ccache_new *by)
{
	const struct cg_ccaches *all = cache->owner->all;
	uint64_t old = 0;
	uint64_t more = 0;

	if (by->n_tickets > all->quota.tickets_per_cache) {
		return false;
	}
	for (size_t i = 0; i < by->n_tickets; i++) {
		more += cg_ccache_entry_size(by->tickets[i]);
	}
	if (cache->tickets != NULL) {
		old = cg_ccache_tickets_bytes(cache->tickets);
	}
	return cg_ccache_has_bytes(cache->owner, more > old ? more - old : 0);
}

/* *n_taken: so many of the tickets are in *out's hands. */
static enum cg_status fill(struct cg_ccache *cache,
			   const struct cg_ccache_new *by, size_t *n_taken,
			   struct cg_ccache_tickets **out)
{
	enum cg_status st = CG_OK;

	*n_taken = 0;
	*out = NULL;
	if (!fits(cache, by)) {
		return CG_E_LIMIT;
	}
	*out = cg_ccache_new_tickets(cache, by->principal);
	if (*out == NULL) {
		return CG_E_NO_MEMORY;
	}
	while (st == CG_OK && *n_taken < by->n_tickets) {
		st = cg_ccache_tickets_add(*out, by->tickets[*n_taken]);
		*n_taken += st == CG_OK ? 1 : 0;
	}
	return st;
}

static enum cg_status replace(struct cg_ccache *cache,
			      const struct cg_ccache_new *by, size_t *n_taken)
{
	struct cg_ccache_tickets *tickets;
	enum cg_status st;

	st = fill(cache, by, n_taken, &tickets);
	if (st == CG_OK) {
		cg_ccache_tickets_set_offset(tickets, by->offset_s);
		cg_ccache_set_tickets(cache, tickets);
		return CG_OK;
	}
	if (tickets != NULL) {
		cg_ccache_tickets_close(tickets);
	}
	if (cache->tickets == NULL) {
		cg_ccache_drop(cache);
	}
	return st;
}

enum cg_status cg_ccache_replace(struct cg_ccaches *all, uid_t uid,
				 const struct cg_ccache_new *by)
{
	struct cg_ccache *cache;
	size_t n_taken = 0;
	enum cg_status st;

	st = cg_ccache_obtain(all, uid, by->name, &cache);
	if (st == CG_OK) {
		st = replace(cache, by, &n_taken);
	}
	for (size_t i = n_taken; i < by->n_tickets; i++) {
		give_up(all, uid, by->tickets[i]);
	}
	return st;
}
