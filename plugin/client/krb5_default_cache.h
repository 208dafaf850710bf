/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where this environment's MIT programs look for credentials. */
#ifndef CG_CLIENT_KRB5_DEFAULT_CACHE_H
#define CG_CLIENT_KRB5_DEFAULT_CACHE_H

#include <stdbool.h>
#include <talloc.h>

/* Its full name, "FILE:/tmp/krb5cc_1000"; NULL when there is none or memory
 * is out. */
char *cg_krb5_default_cache_name(TALLOC_CTX *mem_ctx);
bool cg_krb5_default_cache_is_ours(const char *name);

#endif
