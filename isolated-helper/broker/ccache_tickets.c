/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See ccache_tickets.h: how tickets come and go. */
#include "isolated-helper/broker/ccache_tickets.h"

#include <string.h>
#include <sys/random.h>

#include "isolated-helper/broker/ccache_princ.h"
#include "isolated-helper/broker/ccache_tickets_state.h"
#include "isolated-helper/broker/ticket.h"

/* Tickets for the same names that differ in their second ticket share a hash:
 * more of them than this would make searches slow. */
#define VARIANTS_MAX 8U
/* Entries looked at for each ticket that is added. */
#define PURGE_STEP 4
/* Clocks differ, and what looks expired here may be in use there. */
#define GRACE_S 300U

static void count_bytes(struct cg_ccache_tickets *all, uint64_t n)
{
	all->n_bytes += n;
	all->setup.meter->n_bytes += n;
	*all->setup.meter->total += n;
}

static void uncount_bytes(struct cg_ccache_tickets *all, uint64_t n)
{
	all->n_bytes -= n;
	all->setup.meter->n_bytes -= n;
	*all->setup.meter->total -= n;
}

struct cg_ccache_tickets *cg_ccache_tickets_open(
	TALLOC_CTX *mem_ctx, const struct cg_ccache_tickets_setup *setup)
{
	struct cg_ccache_tickets *all = talloc_zero(mem_ctx,
						    struct cg_ccache_tickets);
	struct cg_bytes principal = setup->principal;
	uint8_t *copy = NULL;

	if (all == NULL) {
		return NULL;
	}
	copy = talloc_memdup(all, principal.data, principal.len);
	if (copy == NULL) {
		talloc_free(all);
		return NULL;
	}
	all->setup = *setup;
	all->setup.principal = (struct cg_bytes){ copy, principal.len };
	TAILQ_INIT(&all->entries);
	count_bytes(all, sizeof(*all) + principal.len);
	return all;
}

static void tell_gone(const struct cg_ccache_tickets *all,
		      const struct cg_ticket *t)
{
	if (t->kept.v != 0) {
		all->setup.on_gone(t->kept, all->setup.arg);
	}
}

void cg_ccache_tickets_close(struct cg_ccache_tickets *all)
{
	struct cg_ccache_entry *entry;

	TAILQ_FOREACH(entry, &all->entries, link) {
		tell_gone(all, entry->ticket);
	}
	uncount_bytes(all, all->n_bytes);
	talloc_free(all);
}

static uint64_t hash_of(const struct cg_ccache_tickets *all,
			const struct cg_ticket *t)
{
	return cg_ccache_tickets_name_hash(all, t->client, t->server);
}

static bool same_names(const struct cg_ticket *a, const struct cg_ticket *b)
{
	return cg_ccache_princ_equal(a->client, b->client)
	       && cg_ccache_princ_equal(a->server, b->server);
}

static bool same_kind(const struct cg_ticket *a, const struct cg_ticket *b)
{
	return a->is_skey == b->is_skey
	       && a->second_ticket.len == b->second_ticket.len
	       && (a->second_ticket.len == 0
		   || memcmp(a->second_ticket.data, b->second_ticket.data,
			     a->second_ticket.len) == 0);
}

static bool is_plain(const struct cg_ticket *t)
{
	return t->is_skey == 0 && t->second_ticket.len == 0;
}

/* The entry whose place t takes, or NULL. */
static struct cg_ccache_entry *replaced_by(const struct cg_ccache_tickets *all,
					   const struct cg_ticket *t)
{
	const struct cg_ccache_link *link =
		cg_ccache_table_first(&all->by_name, hash_of(all, t));
	struct cg_ccache_entry *victim = NULL;
	unsigned int n_variants = 0;

	for (; link != NULL; link = cg_ccache_table_next(link)) {
		struct cg_ccache_entry *entry = link->item;

		if (!same_names(entry->ticket, t)) {
			continue;
		}
		if (same_kind(entry->ticket, t)) {
			return entry;
		}
		if (!is_plain(entry->ticket)) {
			victim = entry;
			n_variants++;
		}
	}
	return n_variants >= VARIANTS_MAX ? victim : NULL;
}

size_t cg_ccache_entry_size(const struct cg_ticket *t)
{
	return cg_ticket_size(t) + sizeof(struct cg_ccache_entry);
}

struct cg_ccache_growth cg_ccache_tickets_growth(
	const struct cg_ccache_tickets *all, const struct cg_ticket *t)
{
	const struct cg_ccache_entry *old = replaced_by(all, t);
	struct cg_ccache_growth growth = {
		.n_tickets = old == NULL ? 1 : 0,
		.n_bytes = (int64_t)cg_ccache_entry_size(t),
	};

	if (old != NULL) {
		growth.n_bytes -= (int64_t)old->size;
	}
	return growth;
}

static void take_out(struct cg_ccache_tickets *all,
		     struct cg_ccache_entry *entry)
{
	if (all->hand == entry) {
		all->hand = TAILQ_NEXT(entry, link);
	}
	if (all->tgt == entry) {
		all->tgt = NULL;
	}
	cg_ccache_table_remove(&all->by_name, &entry->by_name);
	cg_ccache_table_remove(&all->by_uuid, &entry->by_uuid);
	TAILQ_REMOVE(&all->entries, entry, link);
	all->n_config -= cg_ccache_princ_is_config(entry->ticket->server);
	uncount_bytes(all, entry->size);
	talloc_free(entry);
}

void cg_ccache_tickets_remove(struct cg_ccache_tickets *all,
			      struct cg_ccache_entry *entry)
{
	tell_gone(all, entry->ticket);
	take_out(all, entry);
}

static struct cg_ccache_entry *new_entry(struct cg_ccache_tickets *all)
{
	struct cg_ccache_entry *entry = talloc_zero(all,
						    struct cg_ccache_entry);

	if (entry == NULL) {
		return NULL;
	}
	if (getrandom(entry->uuid, sizeof(entry->uuid), 0)
	    != sizeof(entry->uuid)) {
		talloc_free(entry);
		return NULL;
	}
	return entry;
}

static enum cg_status put_in(struct cg_ccache_tickets *all,
			     struct cg_ccache_entry *entry,
			     const struct cg_ticket *t)
{
	enum cg_status st;

	st = cg_ccache_table_add(all, &all->by_name, &entry->by_name,
				 hash_of(all, t), entry);
	if (st != CG_OK) {
		return st;
	}
	st = cg_ccache_table_add(all, &all->by_uuid, &entry->by_uuid,
				 cg_ccache_tickets_uuid_hash(entry->uuid),
				 entry);
	if (st != CG_OK) {
		cg_ccache_table_remove(&all->by_name, &entry->by_name);
	}
	return st;
}

static bool is_own_tgt(const struct cg_ccache_tickets *all,
		       const struct cg_ticket *t)
{
	struct cg_bytes owner = all->setup.principal;

	return t->kept.v != 0 && cg_ccache_princ_equal(t->client, owner)
	       && cg_ccache_princ_is_local_tgs(t->server, owner);
}

enum cg_status cg_ccache_tickets_add(struct cg_ccache_tickets *all,
				     struct cg_ticket *t)
{
	struct cg_ccache_entry *old = replaced_by(all, t);
	struct cg_ccache_entry *entry = new_entry(all);
	enum cg_status st;

	if (entry == NULL) {
		return CG_E_NO_MEMORY;
	}
	st = put_in(all, entry, t);
	if (st != CG_OK) {
		talloc_free(entry);
		return st;
	}
	if (old != NULL && old->ticket->kept.v == t->kept.v) {
		/* Renewed in place: the vault's entry lives on. */
		old->ticket->kept.v = 0;
	}
	if (old != NULL) {
		cg_ccache_tickets_remove(all, old);
	}
	TAILQ_INSERT_TAIL(&all->entries, entry, link);
	entry->ticket = talloc_steal(entry, t);
	entry->size = cg_ccache_entry_size(t);
	all->n_config += cg_ccache_princ_is_config(t->server);
	count_bytes(all, entry->size);
	if (is_own_tgt(all, t)) {
		all->tgt = entry;
	}
	return CG_OK;
}

/* The TGT stays, so that klist can say that it has expired. */
static bool is_over(const struct cg_ccache_tickets *all,
		    const struct cg_ccache_entry *entry, uint64_t now)
{
	uint64_t endtime = entry->ticket->times.endtime;

	return entry != all->tgt && endtime != 0 && endtime + GRACE_S < now;
}

void cg_ccache_tickets_purge_some(struct cg_ccache_tickets *all)
{
	uint64_t now = cg_ccache_tickets_now(all);

	for (int i = 0; i < PURGE_STEP; i++) {
		struct cg_ccache_entry *entry = all->hand;

		if (entry == NULL) {
			entry = TAILQ_FIRST(&all->entries);
		}
		if (entry == NULL) {
			return;
		}
		all->hand = TAILQ_NEXT(entry, link);
		if (is_over(all, entry, now)) {
			cg_ccache_tickets_remove(all, entry);
		}
	}
}

void cg_ccache_tickets_purge(struct cg_ccache_tickets *all)
{
	uint64_t now = cg_ccache_tickets_now(all);
	struct cg_ccache_entry *entry = TAILQ_FIRST(&all->entries);

	/* Nothing expires twice a second. */
	if (all->purged_at == now) {
		return;
	}
	all->purged_at = now;
	while (entry != NULL) {
		struct cg_ccache_entry *next = TAILQ_NEXT(entry, link);

		if (is_over(all, entry, now)) {
			cg_ccache_tickets_remove(all, entry);
		}
		entry = next;
	}
}
