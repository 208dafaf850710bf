/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cache names as people type them. */
#ifndef CG_CLIENT_CTL_CACHE_H
#define CG_CLIENT_CTL_CACHE_H

#include <talloc.h>

#include "idl/bytes.h"

/* A plain word is short for KCM:UID:word; every other name is sent as typed.
 * For NULL, nothing typed, it is the one KCM cache that KRB5CCNAME or
 * krb5.conf names, as for other programs; without one NULL, the default
 * cache. Also NULL when out of memory. */
const char *cg_ctl_cache_name(TALLOC_CTX *mem_ctx, const char *typed);
struct cg_bytes cg_ctl_cache_bytes(const char *name);

#endif
