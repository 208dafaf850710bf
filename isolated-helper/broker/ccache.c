/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See ccache.h: caches, whose they are, and how much a uid may keep. */
#include "isolated-helper/broker/ccache.h"

#include <string.h>
#include <sys/random.h>

#include "idl/limits.h"
#include "isolated-helper/broker/ccache_collection.h"
#include "isolated-helper/broker/ccache_state.h"
#include "isolated-helper/broker/ticket.h"

struct cg_ccaches *cg_ccaches_open(TALLOC_CTX *mem_ctx,
				   const struct cg_quota *quota,
				   cg_forget_fn on_forget, void *arg)
{
	struct cg_ccaches *all = talloc_zero(mem_ctx, struct cg_ccaches);

	if (all == NULL) {
		return NULL;
	}
	if (cg_ccache_hash_init(&all->key) != CG_OK) {
		talloc_free(all);
		return NULL;
	}
	all->quota = *quota;
	all->on_forget = on_forget;
	all->arg = arg;
	TAILQ_INIT(&all->caches);
	return all;
}

struct cg_ccache_owner *cg_ccache_owner_find(const struct cg_ccaches *all,
					     uid_t uid)
{
	const struct cg_ccache_link *link =
		cg_ccache_table_first(&all->owners, uid);

	return link == NULL ? NULL : link->item;
}

static struct cg_ccache_owner *new_owner(struct cg_ccaches *all, uid_t uid)
{
	struct cg_ccache_owner *owner = talloc_zero(all,
						    struct cg_ccache_owner);

	if (owner == NULL) {
		return NULL;
	}
	if (cg_ccache_table_add(all, &all->owners, &owner->by_uid, uid,
				owner) != CG_OK) {
		talloc_free(owner);
		return NULL;
	}
	owner->all = all;
	owner->uid = uid;
	owner->meter.total = &all->n_bytes;
	TAILQ_INIT(&owner->caches);
	return owner;
}

static void drop_owner_if_empty(struct cg_ccache_owner *owner)
{
	if (owner->n_caches > 0) {
		return;
	}
	cg_ccache_table_remove(&owner->all->owners, &owner->by_uid);
	talloc_free(owner);
}

static struct cg_ccache *find_by_name(const struct cg_ccaches *all,
				      const struct cg_ccache_name *name)
{
	struct cg_bytes bytes = cg_ccache_name_bytes(name);
	const struct cg_ccache_link *link =
		cg_ccache_table_first(&all->by_name,
				      cg_ccache_hash(&all->key, bytes));

	for (; link != NULL; link = cg_ccache_table_next(link)) {
		struct cg_ccache *cache = link->item;

		if (strcmp(cache->name.text, name->text) == 0) {
			return cache;
		}
	}
	return NULL;
}

/* A name begins with its uid: the name alone says whose cache it is. */
static enum cg_status resolve(const struct cg_ccaches *all, uid_t uid,
			      struct cg_bytes name,
			      struct cg_ccache_name *out)
{
	if (name.len == 0 && uid != CG_UID_ALL) {
		*out = cg_ccache_default_name(all, uid);
		return CG_OK;
	}
	return cg_ccache_name_check(uid, name, out);
}

enum cg_status cg_ccache_find(struct cg_ccaches *all, uid_t uid,
			      struct cg_bytes name, struct cg_ccache **out)
{
	struct cg_ccache_name known;
	enum cg_status st;

	*out = NULL;
	st = resolve(all, uid, name, &known);
	if (st != CG_OK) {
		return st;
	}
	*out = find_by_name(all, &known);
	return *out == NULL ? CG_E_NOT_FOUND : CG_OK;
}

static enum cg_status enter(struct cg_ccaches *all, struct cg_ccache *cache)
{
	struct cg_bytes name = cg_ccache_name_bytes(&cache->name);
	uint64_t hash;
	enum cg_status st;

	if (getrandom(cache->uuid, sizeof(cache->uuid), 0)
	    != sizeof(cache->uuid)) {
		return CG_E_SYSTEM;
	}
	memcpy(&hash, cache->uuid, sizeof(hash));
	st = cg_ccache_table_add(all, &all->by_uuid, &cache->by_uuid, hash,
				 cache);
	if (st != CG_OK) {
		return st;
	}
	return cg_ccache_table_add(all, &all->by_name, &cache->by_name,
				   cg_ccache_hash(&all->key, name), cache);
}

static enum cg_status new_cache(struct cg_ccache_owner *owner,
				const struct cg_ccache_name *name,
				struct cg_ccache **out)
{
	struct cg_ccaches *all = owner->all;
	struct cg_ccache *cache = talloc_zero(owner, struct cg_ccache);
	enum cg_status st;

	if (cache == NULL) {
		return CG_E_NO_MEMORY;
	}
	cache->owner = owner;
	cache->name = *name;
	cache->index = ++all->last_index;
	st = enter(all, cache);
	if (st != CG_OK) {
		cg_ccache_table_remove(&all->by_uuid, &cache->by_uuid);
		talloc_free(cache);
		return st;
	}
	TAILQ_INSERT_TAIL(&all->caches, cache, in_all);
	TAILQ_INSERT_TAIL(&owner->caches, cache, in_owner);
	owner->n_caches++;
	*out = cache;
	return CG_OK;
}

enum cg_status cg_ccache_obtain(struct cg_ccaches *all, uid_t uid,
				struct cg_bytes name, struct cg_ccache **out)
{
	struct cg_ccache_owner *owner;
	struct cg_ccache_name known;
	enum cg_status st;

	*out = NULL;
	st = resolve(all, uid, name, &known);
	if (st != CG_OK) {
		return st;
	}
	*out = find_by_name(all, &known);
	if (*out != NULL) {
		return CG_OK;
	}
	owner = cg_ccache_owner_find(all, uid);
	if (owner == NULL) {
		owner = new_owner(all, uid);
	}
	if (owner == NULL) {
		return CG_E_NO_MEMORY;
	}
	st = CG_E_LIMIT;
	if (owner->n_caches < all->quota.caches_per_uid) {
		st = new_cache(owner, &known, out);
	}
	drop_owner_if_empty(owner);
	return st;
}

static void forget(struct cg_handle kept, void *arg)
{
	const struct cg_ccache_owner *owner = arg;

	owner->all->on_forget(owner->uid, kept, owner->all->arg);
}

struct cg_ccache_tickets *cg_ccache_new_tickets(struct cg_ccache *cache,
						struct cg_bytes principal)
{
	struct cg_ccache_tickets_setup setup = {
		.principal = principal,
		.key = &cache->owner->all->key,
		.meter = &cache->owner->meter,
		.on_gone = forget,
		.arg = cache->owner,
	};

	return cg_ccache_tickets_open(cache->owner, &setup);
}

void cg_ccache_set_tickets(struct cg_ccache *cache,
			   struct cg_ccache_tickets *tickets)
{
	if (cache->tickets != NULL) {
		cg_ccache_tickets_close(cache->tickets);
	}
	cache->tickets = tickets;
	cache->life = ++cache->owner->all->last_life;
}

void cg_ccache_drop(struct cg_ccache *cache)
{
	struct cg_ccache_owner *owner = cache->owner;
	struct cg_ccaches *all = owner->all;

	if (owner->primary == cache) {
		owner->primary = NULL;
	}
	cg_ccache_table_remove(&all->by_name, &cache->by_name);
	cg_ccache_table_remove(&all->by_uuid, &cache->by_uuid);
	TAILQ_REMOVE(&all->caches, cache, in_all);
	TAILQ_REMOVE(&owner->caches, cache, in_owner);
	owner->n_caches--;
	talloc_free(cache);
	drop_owner_if_empty(owner);
}

enum cg_status cg_ccache_initialize(struct cg_ccaches *all, uid_t uid,
				    struct cg_bytes name,
				    struct cg_bytes principal,
				    struct cg_ccache **out)
{
	struct cg_ccache_tickets *tickets;
	struct cg_ccache *cache;
	enum cg_status st;

	*out = NULL;
	st = cg_ccache_obtain(all, uid, name, &cache);
	if (st != CG_OK) {
		return st;
	}
	tickets = cg_ccache_new_tickets(cache, principal);
	if (tickets == NULL) {
		if (cache->tickets == NULL) {
			cg_ccache_drop(cache);
		}
		return CG_E_NO_MEMORY;
	}
	cg_ccache_set_tickets(cache, tickets);
	*out = cache;
	return CG_OK;
}

void cg_ccache_destroy(struct cg_ccache *cache)
{
	cg_ccache_tickets_close(cache->tickets);
	cg_ccache_drop(cache);
}

bool cg_ccache_has_bytes(const struct cg_ccache_owner *owner, uint64_t more)
{
	const struct cg_ccaches *all = owner->all;
	const struct cg_quota *quota = &all->quota;

	return owner->meter.n_bytes + more <= quota->bytes_per_uid
	       && (quota->bytes_total == 0
		   || all->n_bytes + more <= quota->bytes_total);
}

static bool has_room(const struct cg_ccache *cache, const struct cg_ticket *t)
{
	const struct cg_ccaches *all = cache->owner->all;
	struct cg_ccache_growth growth =
		cg_ccache_tickets_growth(cache->tickets, t);
	uint64_t more = growth.n_bytes > 0 ? (uint64_t)growth.n_bytes : 0;

	return cg_ccache_tickets_count(cache->tickets) + growth.n_tickets
		       <= all->quota.tickets_per_cache
	       && cg_ccache_has_bytes(cache->owner, more);
}

enum cg_status cg_ccache_store(struct cg_ccache *cache, struct cg_ticket *t)
{
	cg_ccache_tickets_purge_some(cache->tickets);
	if (!has_room(cache, t)) {
		cg_ccache_tickets_purge(cache->tickets);
		if (!has_room(cache, t)) {
			return CG_E_LIMIT;
		}
	}
	return cg_ccache_tickets_add(cache->tickets, t);
}

const char *cg_ccache_name(const struct cg_ccache *cache)
{
	return cache->name.text;
}

struct cg_bytes cg_ccache_principal(const struct cg_ccache *cache)
{
	return cg_ccache_tickets_principal(cache->tickets);
}

uid_t cg_ccache_uid(const struct cg_ccache *cache)
{
	return cache->owner->uid;
}

size_t cg_ccache_n_tickets(const struct cg_ccache *cache)
{
	return cg_ccache_tickets_count_shown(cache->tickets);
}

uint64_t cg_ccache_index(const struct cg_ccache *cache)
{
	return cache->index;
}

struct cg_ticket *cg_ccache_tgt(const struct cg_ccache *cache)
{
	return cg_ccache_tickets_tgt(cache->tickets);
}

static struct cg_ccache *first_of_all(struct cg_ccaches *all, uint64_t after)
{
	struct cg_ccache *cache;

	TAILQ_FOREACH(cache, &all->caches, in_all) {
		if (cache->index > after) {
			return cache;
		}
	}
	return NULL;
}

struct cg_ccache *cg_ccache_next(struct cg_ccaches *all, uid_t uid,
				 uint64_t after)
{
	struct cg_ccache_owner *owner;
	struct cg_ccache *cache;

	if (uid == CG_UID_ALL) {
		return first_of_all(all, after);
	}
	owner = cg_ccache_owner_find(all, uid);
	if (owner == NULL) {
		return NULL;
	}
	TAILQ_FOREACH(cache, &owner->caches, in_owner) {
		if (cache->index > after) {
			return cache;
		}
	}
	return NULL;
}

struct cg_ccaches_count cg_ccaches_count(const struct cg_ccaches *all)
{
	struct cg_ccaches_count count = { 0 };
	const struct cg_ccache *cache;
	size_t n_tickets = 0;

	TAILQ_FOREACH(cache, &all->caches, in_all) {
		const struct cg_ticket *tgt = cg_ccache_tgt(cache);

		n_tickets += cg_ccache_n_tickets(cache);
		count.with_ntlm += tgt != NULL && tgt->has_ntlm ? 1 : 0;
	}
	/* Both are far below 2^32 by the quota. */
	count.tickets = (uint32_t)n_tickets;
	count.caches = (uint32_t)all->by_name.n_links;
	count.uids = (uint32_t)all->owners.n_links;
	return count;
}
