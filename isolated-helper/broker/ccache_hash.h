/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Keyed hashing (SipHash-2-4): whoever chooses the names of tickets and caches
 * must not be able to choose their places in a table as well. */
#ifndef CG_BROKER_CCACHE_HASH_H
#define CG_BROKER_CCACHE_HASH_H

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_ccache_hash {
	uint64_t k0;
	uint64_t k1;
};

/* A new random key. */
CG_MUST_CHECK enum cg_status cg_ccache_hash_init(struct cg_ccache_hash *key);
uint64_t cg_ccache_hash(const struct cg_ccache_hash *key, struct cg_bytes b);
/* Of two strings: where one ends and the other begins matters. */
uint64_t cg_ccache_hash_pair(const struct cg_ccache_hash *key,
			     struct cg_bytes a, struct cg_bytes b);

#endif
