/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The ticket of a cache that a client asks for by name. */
#ifndef CG_BROKER_CCACHE_LOOKUP_H
#define CG_BROKER_CCACHE_LOOKUP_H

#include <talloc.h>

struct cg_ccache;
struct cg_ccache_entry;
struct cg_ccache_match;

/* When the server's realm was left to us, also under the client's realm: that
 * is what libkrb5 would ask for next. NULL: there is none. */
struct cg_ccache_entry *cg_ccache_lookup(TALLOC_CTX *mem_ctx,
					 const struct cg_ccache *cache,
					 const struct cg_ccache_match *match);

#endif
