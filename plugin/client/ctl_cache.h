/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cache names as people type them. */
#ifndef CG_CLIENT_CTL_CACHE_H
#define CG_CLIENT_CTL_CACHE_H

#include <talloc.h>

#include "idl/bytes.h"

/* A plain word is short for KCM:UID:word; every other name is sent as typed.
 * NULL is the default cache and stays NULL; also NULL when out of memory. */
const char *cg_ctl_cache_name(TALLOC_CTX *mem_ctx, const char *typed);
struct cg_bytes cg_ctl_cache_bytes(const char *name);

#endif
