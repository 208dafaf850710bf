/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See logon_store.h. */
#include "isolated-helper/broker/logon_store.h"

#include "isolated-helper/broker/acquire.h"
#include "isolated-helper/broker/ccache_collection.h"
#include "isolated-helper/broker/client_cache.h"
#include "isolated-helper/broker/ticket.h"

static enum cg_status fill_cache(const struct cg_logon_store *to,
				 struct cg_bytes principal,
				 struct cg_ticket *tgt)
{
	const struct cg_ccache_new by = {
		.name = cg_ccache_name_bytes(&to->cache),
		.principal = principal,
		.tickets = &tgt,
		.n_tickets = 1,
	};
	enum cg_status st = cg_ccache_replace(to->ccaches, to->uid, &by);

	if (st == CG_OK && !to->is_cache_named) {
		st = cg_ccache_set_default(to->ccaches, to->uid, by.name);
	}
	return st;
}

enum cg_status cg_logon_store(struct cg_logon_store *to,
			      struct cg_ticket *tgt)
{
	const struct cg_bytes nothing = { 0 };
	struct cg_handle kept = tgt->kept;
	enum cg_status st = cg_ticket_set(tgt, &tgt->pac, nothing);

	if (st == CG_OK && !to->is_cache_named) {
		st = cg_client_cache_choose(to->ccaches, to->uid, tgt->client,
					    &to->cache);
	}
	if (st != CG_OK) {
		talloc_free(tgt);
		cg_acquire_forget(to->acquire, to->uid, kept);
		return st;
	}
	return fill_cache(to, tgt->client, tgt);
}
