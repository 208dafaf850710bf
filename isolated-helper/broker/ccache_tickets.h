/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a cache holds: its principal and its tickets, found by name and by
 * UUID at once and listed in the order they came. Knows no quota. */
#ifndef CG_BROKER_CCACHE_TICKETS_H
#define CG_BROKER_CCACHE_TICKETS_H

#include <stdbool.h>
#include <talloc.h>

#include "idl/bytes.h"
#include "idl/status.h"
#include "isolated-helper/broker/ccache_hash.h"

#define CG_CCACHE_UUID_LEN 16U

struct cg_ticket;
struct cg_ccache_match;
struct cg_ccache_entry;		/* a ticket in its place */
struct cg_ccache_tickets;

/* Adds up what several hold. */
struct cg_ccache_meter {
	uint64_t n_bytes;
	uint64_t *total;	/* counts as well */
};

struct cg_ccache_tickets_setup {
	struct cg_bytes principal;
	const struct cg_ccache_hash *key;
	struct cg_ccache_meter *meter;
	void (*on_gone)(struct cg_handle kept, void *arg);
	void *arg;
};

struct cg_ccache_growth {
	size_t n_tickets;
	int64_t n_bytes;
};

struct cg_ccache_tickets *cg_ccache_tickets_open(
	TALLOC_CTX *mem_ctx, const struct cg_ccache_tickets_setup *setup);
/* Freeing it otherwise is for the end of everything: no TGT is reported gone
 * and the meter stays. */
void cg_ccache_tickets_close(struct cg_ccache_tickets *all);

/* Takes t on CG_OK; what t replaces goes. */
CG_MUST_CHECK enum cg_status cg_ccache_tickets_add(
	struct cg_ccache_tickets *all, struct cg_ticket *t);
/* How much all would grow with t; n_bytes may be negative. */
struct cg_ccache_growth cg_ccache_tickets_growth(
	const struct cg_ccache_tickets *all, const struct cg_ticket *t);
void cg_ccache_tickets_remove(struct cg_ccache_tickets *all,
			      struct cg_ccache_entry *entry);
/* All that match; how many there were. */
size_t cg_ccache_tickets_remove_matching(struct cg_ccache_tickets *all,
					 const struct cg_ccache_match *match);
/* Drops expired service tickets among the next few entries, so that each has
 * its turn; or all that there are. */
void cg_ccache_tickets_purge_some(struct cg_ccache_tickets *all);
void cg_ccache_tickets_purge(struct cg_ccache_tickets *all);

struct cg_ccache_entry *cg_ccache_tickets_find(
	const struct cg_ccache_tickets *all,
	const struct cg_ccache_match *match);
struct cg_ccache_entry *cg_ccache_tickets_by_uuid(
	const struct cg_ccache_tickets *all, const uint8_t *uuid);
/* The first when after is NULL. */
struct cg_ccache_entry *cg_ccache_tickets_next(
	const struct cg_ccache_tickets *all,
	const struct cg_ccache_entry *after);
/* What t takes, in a cache. */
size_t cg_ccache_entry_size(const struct cg_ticket *t);
struct cg_ticket *cg_ccache_entry_ticket(const struct cg_ccache_entry *entry);
const uint8_t *cg_ccache_entry_uuid(const struct cg_ccache_entry *entry);

struct cg_bytes cg_ccache_tickets_principal(
	const struct cg_ccache_tickets *all);
struct cg_ticket *cg_ccache_tickets_tgt(const struct cg_ccache_tickets *all);
size_t cg_ccache_tickets_count(const struct cg_ccache_tickets *all);
/* Without the configuration entries of libkrb5: what klist shows. */
size_t cg_ccache_tickets_count_shown(const struct cg_ccache_tickets *all);
/* What all has on the meter. */
uint64_t cg_ccache_tickets_bytes(const struct cg_ccache_tickets *all);
int32_t cg_ccache_tickets_offset(const struct cg_ccache_tickets *all);
void cg_ccache_tickets_set_offset(struct cg_ccache_tickets *all,
				  int32_t offset_s);
/* The time at the KDC, which is ahead of us by the offset; the times of
 * tickets are the KDC's. */
uint64_t cg_ccache_tickets_now(const struct cg_ccache_tickets *all);

#endif
