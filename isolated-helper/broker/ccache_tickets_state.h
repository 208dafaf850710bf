/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What ccache_tickets*.c share; nobody else includes it. */
#ifndef CG_BROKER_CCACHE_TICKETS_STATE_H
#define CG_BROKER_CCACHE_TICKETS_STATE_H

#include <sys/queue.h>

#include "isolated-helper/broker/ccache_table.h"
#include "isolated-helper/broker/ccache_tickets.h"

struct cg_ccache_entry {
	TAILQ_ENTRY(cg_ccache_entry) link;
	struct cg_ccache_link by_name;
	struct cg_ccache_link by_uuid;
	uint8_t uuid[CG_CCACHE_UUID_LEN];
	size_t size;
	struct cg_ticket *ticket;
};

struct cg_ccache_tickets {
	struct cg_ccache_tickets_setup setup;
	TAILQ_HEAD(entries, cg_ccache_entry) entries;
	struct cg_ccache_table by_name;
	struct cg_ccache_table by_uuid;
	struct cg_ccache_entry *tgt;
	struct cg_ccache_entry *hand;	/* where the purge goes on */
	uint64_t n_bytes;
	size_t n_config;
	uint64_t purged_at;
	int32_t offset_s;
};

uint64_t cg_ccache_tickets_name_hash(const struct cg_ccache_tickets *all,
				     struct cg_bytes client,
				     struct cg_bytes server);
uint64_t cg_ccache_tickets_uuid_hash(const uint8_t *uuid);

#endif
