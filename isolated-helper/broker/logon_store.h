/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The end of a logon: the TGT that the vault has now is shown by a cache. */
#ifndef CG_BROKER_LOGON_STORE_H
#define CG_BROKER_LOGON_STORE_H

#include <stdbool.h>
#include <sys/types.h>

#include "idl/status.h"
#include "isolated-helper/broker/ccache_name.h"

struct cg_acquire;
struct cg_ccaches;
struct cg_ticket;

struct cg_logon_store {
	struct cg_ccaches *ccaches;
	struct cg_acquire *acquire;
	uid_t uid;
	bool is_cache_named;
	struct cg_ccache_name cache;	/* named, or chosen here */
};

/* The TGT, alone, becomes the content of the cache. Takes it over; whatever
 * goes wrong, the vault is told to forget it. */
CG_MUST_CHECK enum cg_status cg_logon_store(struct cg_logon_store *to,
					    struct cg_ticket *tgt);

#endif
