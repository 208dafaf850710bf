/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names of caches, without the "KCM:": "UID" or "UID:anything", where UID is
 * the decimal uid of the caller and of nobody else. */
#ifndef CG_BROKER_CCACHE_NAME_H
#define CG_BROKER_CCACHE_NAME_H

#include <sys/types.h>

#include "idl/bytes.h"
#include "idl/cg_idl.h"
#include "idl/status.h"

struct cg_ccache_name {
	char text[CG_CACHE_NAME_MAX + 1];
};

/* The name as it is kept ("UID:" is "UID"). CG_E_DENIED: it belongs to another
 * uid or to none. CG_E_INVALID: too long, or with control characters. */
CG_MUST_CHECK enum cg_status cg_ccache_name_check(uid_t uid,
						  struct cg_bytes name,
						  struct cg_ccache_name *out);
/* Of whom a name would be; CG_UID_ALL: of nobody. */
uid_t cg_ccache_name_owner(struct cg_bytes name);
/* The one that a uid starts with. */
struct cg_ccache_name cg_ccache_name_first(uid_t uid);
/* A random one. */
CG_MUST_CHECK enum cg_status cg_ccache_name_random(uid_t uid,
						   struct cg_ccache_name *out);
struct cg_bytes cg_ccache_name_bytes(const struct cg_ccache_name *name);

#endif
