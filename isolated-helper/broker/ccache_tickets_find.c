/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See ccache_tickets.h: how they are found. The number of tickets matters only
 * to searches that name no client, no server or no realm. */
#include "isolated-helper/broker/ccache_tickets.h"

#include <string.h>
#include <time.h>

#include "isolated-helper/broker/ccache_match.h"
#include "isolated-helper/broker/ccache_princ.h"
#include "isolated-helper/broker/ccache_tickets_state.h"

uint64_t cg_ccache_tickets_name_hash(const struct cg_ccache_tickets *all,
				     struct cg_bytes client,
				     struct cg_bytes server)
{
	return cg_ccache_hash_pair(all->setup.key,
				   cg_ccache_princ_identity(client),
				   cg_ccache_princ_identity(server));
}

/* The UUID is random and ours. */
uint64_t cg_ccache_tickets_uuid_hash(const uint8_t *uuid)
{
	uint64_t hash;

	memcpy(&hash, uuid, sizeof(hash));
	return hash;
}

static struct cg_ccache_entry *find_by_name(
	const struct cg_ccache_tickets *all,
	const struct cg_ccache_match *match)
{
	const struct cg_ccache_link *link =
		cg_ccache_table_first(&all->by_name,
				      cg_ccache_tickets_name_hash(
					      all, match->client,
					      match->server));

	for (; link != NULL; link = cg_ccache_table_next(link)) {
		struct cg_ccache_entry *entry = link->item;

		if (cg_ccache_match(match, entry->ticket)) {
			return entry;
		}
	}
	return NULL;
}

struct cg_ccache_entry *cg_ccache_tickets_find(
	const struct cg_ccache_tickets *all,
	const struct cg_ccache_match *match)
{
	struct cg_ccache_entry *entry;

	if (cg_ccache_match_is_exact(match)) {
		return find_by_name(all, match);
	}
	TAILQ_FOREACH(entry, &all->entries, link) {
		if (cg_ccache_match(match, entry->ticket)) {
			return entry;
		}
	}
	return NULL;
}

static size_t remove_by_name(struct cg_ccache_tickets *all,
			     const struct cg_ccache_match *match)
{
	struct cg_ccache_entry *entry = find_by_name(all, match);
	size_t n = 0;

	for (; entry != NULL; entry = find_by_name(all, match)) {
		cg_ccache_tickets_remove(all, entry);
		n++;
	}
	return n;
}

size_t cg_ccache_tickets_remove_matching(struct cg_ccache_tickets *all,
					 const struct cg_ccache_match *match)
{
	struct cg_ccache_entry *entry = TAILQ_FIRST(&all->entries);
	size_t n = 0;

	if (cg_ccache_match_is_exact(match)) {
		return remove_by_name(all, match);
	}
	while (entry != NULL) {
		struct cg_ccache_entry *next = TAILQ_NEXT(entry, link);

		if (cg_ccache_match(match, entry->ticket)) {
			cg_ccache_tickets_remove(all, entry);
			n++;
		}
		entry = next;
	}
	return n;
}

struct cg_ccache_entry *cg_ccache_tickets_by_uuid(
	const struct cg_ccache_tickets *all, const uint8_t *uuid)
{
	const struct cg_ccache_link *link =
		cg_ccache_table_first(&all->by_uuid,
				      cg_ccache_tickets_uuid_hash(uuid));

	for (; link != NULL; link = cg_ccache_table_next(link)) {
		struct cg_ccache_entry *entry = link->item;

		if (memcmp(entry->uuid, uuid, sizeof(entry->uuid)) == 0) {
			return entry;
		}
	}
	return NULL;
}

struct cg_ccache_entry *cg_ccache_tickets_next(
	const struct cg_ccache_tickets *all,
	const struct cg_ccache_entry *after)
{
	return after == NULL ? TAILQ_FIRST(&all->entries)
			     : TAILQ_NEXT(after, link);
}

struct cg_ticket *cg_ccache_entry_ticket(const struct cg_ccache_entry *entry)
{
	return entry->ticket;
}

const uint8_t *cg_ccache_entry_uuid(const struct cg_ccache_entry *entry)
{
	return entry->uuid;
}

struct cg_bytes cg_ccache_tickets_principal(
	const struct cg_ccache_tickets *all)
{
	return all->setup.principal;
}

struct cg_ticket *cg_ccache_tickets_tgt(const struct cg_ccache_tickets *all)
{
	return all->tgt == NULL ? NULL : all->tgt->ticket;
}

size_t cg_ccache_tickets_count(const struct cg_ccache_tickets *all)
{
	return all->by_uuid.n_links;
}

size_t cg_ccache_tickets_count_shown(const struct cg_ccache_tickets *all)
{
	return all->by_uuid.n_links - all->n_config;
}

uint64_t cg_ccache_tickets_bytes(const struct cg_ccache_tickets *all)
{
	return all->n_bytes;
}

int32_t cg_ccache_tickets_offset(const struct cg_ccache_tickets *all)
{
	return all->offset_s;
}

void cg_ccache_tickets_set_offset(struct cg_ccache_tickets *all,
				  int32_t offset_s)
{
	all->offset_s = offset_s;
}

uint64_t cg_ccache_tickets_now(const struct cg_ccache_tickets *all)
{
	int64_t now = (int64_t)time(NULL) + all->offset_s;

	return now > 0 ? (uint64_t)now : 0;
}
