/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of caches as our own clients write them: with or without "KCM:",
 * empty for the default one. Answers have the full name. */
#ifndef CG_BROKER_CLIENT_CACHE_H
#define CG_BROKER_CLIENT_CACHE_H

#include <sys/types.h>

#include "idl/bytes.h"
#include "idl/cg_idl.h"
#include "idl/status.h"

struct cg_ccache;
struct cg_ccache_name;
struct cg_ccaches;

#define CG_CLIENT_CACHE_PREFIX "KCM:"

struct cg_client_cache {
	char text[CG_CACHE_NAME_MAX + 1];
};

struct cg_bytes cg_client_cache_strip(struct cg_bytes name);
/* CG_E_LIMIT: with the prefix it is too long for the wire. */
CG_MUST_CHECK enum cg_status cg_client_cache_full(
	const char *name, struct cg_client_cache *out);
struct cg_bytes cg_client_cache_bytes(const struct cg_client_cache *cache);

/* Where a TGT of this principal goes when the caller names no cache, as MIT's
 * kinit has it: the cache that the principal has already, else the default
 * one, else, when that is another principal's, a new one. */
CG_MUST_CHECK enum cg_status cg_client_cache_choose(
	struct cg_ccaches *all, uid_t uid, struct cg_bytes principal,
	struct cg_ccache_name *out);

#endif
