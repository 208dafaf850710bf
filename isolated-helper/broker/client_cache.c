/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See client_cache.h. */
#include "isolated-helper/broker/client_cache.h"

#include <stdio.h>
#include <string.h>

#include "isolated-helper/broker/ccache.h"
#include "isolated-helper/broker/ccache_collection.h"
#include "isolated-helper/broker/ccache_princ.h"

#define PREFIX_LEN (sizeof(CG_CLIENT_CACHE_PREFIX) - 1)

struct cg_bytes cg_client_cache_strip(struct cg_bytes name)
{
	if (name.len < PREFIX_LEN
	    || memcmp(name.data, CG_CLIENT_CACHE_PREFIX, PREFIX_LEN) != 0) {
		return name;
	}
	return (struct cg_bytes){ name.data + PREFIX_LEN,
				  name.len - PREFIX_LEN };
}

enum cg_status cg_client_cache_full(const char *name,
				    struct cg_client_cache *out)
{
	int n = snprintf(out->text, sizeof(out->text), "%s%s",
			 CG_CLIENT_CACHE_PREFIX, name);

	return n > 0 && (size_t)n < sizeof(out->text) ? CG_OK : CG_E_LIMIT;
}

struct cg_bytes cg_client_cache_bytes(const struct cg_client_cache *cache)
{
	/* The cast: text is bytes. */
	return (struct cg_bytes){ (const uint8_t *)cache->text,
				  strlen(cache->text) };
}

static struct cg_ccache *cache_of(struct cg_ccaches *all, uid_t uid,
				  struct cg_bytes principal)
{
	struct cg_ccache *cache = cg_ccache_next(all, uid, 0);

	while (cache != NULL
	       && !cg_ccache_princ_equal(cg_ccache_principal(cache),
					 principal)) {
		cache = cg_ccache_next(all, uid, cg_ccache_index(cache));
	}
	return cache;
}

enum cg_status cg_client_cache_choose(struct cg_ccaches *all, uid_t uid,
				      struct cg_bytes principal,
				      struct cg_ccache_name *out)
{
	struct cg_ccache *cache = cache_of(all, uid, principal);
	const struct cg_bytes by_default = { 0 };
	enum cg_status st;

	if (cache != NULL) {
		(void)snprintf(out->text, sizeof(out->text), "%s",
			       cg_ccache_name(cache));
		return CG_OK;
	}
	st = cg_ccache_find(all, uid, by_default, &cache);
	if (st == CG_OK) {
		return cg_ccache_new_name(all, uid, out);
	}
	*out = cg_ccache_default_name(all, uid);
	return st == CG_E_NOT_FOUND ? CG_OK : st;
}
