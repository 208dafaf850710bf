/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which TGT a client of ours means. */
#ifndef CG_BROKER_CLIENT_TGT_H
#define CG_BROKER_CLIENT_TGT_H

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_ccache;
struct cg_client;

/* cache: its name as in client_cache.h. CG_E_NOT_FOUND: there is no such
 * cache of the caller's, or it has no TGT. */
CG_MUST_CHECK enum cg_status cg_client_tgt_find(
	const struct cg_client *client, struct cg_bytes cache,
	struct cg_ccache **out);

#endif
