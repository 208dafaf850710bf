/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See client_tgt.h. */
#include "isolated-helper/broker/client_tgt.h"

#include "isolated-helper/broker/ccache.h"
#include "isolated-helper/broker/client_cache.h"
#include "isolated-helper/broker/client_ops.h"
#include "isolated-helper/broker/client_server.h"
#include "isolated-helper/broker/peer.h"

enum cg_status cg_client_tgt_find(const struct cg_client *client,
				  struct cg_bytes cache,
				  struct cg_ccache **out)
{
	struct cg_ccaches *all = client->services->ccaches;
	struct cg_ccache *found;
	enum cg_status st;

	*out = NULL;
	st = cg_ccache_find(all, client->peer->uid,
			    cg_client_cache_strip(cache), &found);
	if (st != CG_OK) {
		return st;
	}
	if (cg_ccache_tgt(found) == NULL) {
		return CG_E_NOT_FOUND;
	}
	*out = found;
	return CG_OK;
}
