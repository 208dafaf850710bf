/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See ccache_lookup.h. */
#include "isolated-helper/broker/ccache_lookup.h"

#include "isolated-helper/broker/ccache_collection.h"
#include "isolated-helper/broker/ccache_match.h"
#include "isolated-helper/broker/ccache_princ.h"

struct cg_ccache_entry *cg_ccache_lookup(TALLOC_CTX *mem_ctx,
					 const struct cg_ccache *cache,
					 const struct cg_ccache_match *match)
{
	const struct cg_ccache_tickets *tickets = cg_ccache_contents(cache);
	struct cg_ccache_entry *entry = cg_ccache_tickets_find(tickets, match);
	struct cg_ccache_match in_realm = *match;

	if (entry != NULL || match->server.len == 0 || match->client.len == 0
	    || !cg_ccache_princ_realm_is_empty(match->server)) {
		return entry;
	}
	in_realm.server = cg_ccache_princ_in_realm(mem_ctx, match->server,
						   match->client);
	return in_realm.server.len == 0
		       ? NULL
		       : cg_ccache_tickets_find(tickets, &in_realm);
}
