/* SPDX-License-Identifier: GPL-3.0-or-later */
/* KRB5CCNAME, krb5.conf or the built-in default: libkrb5 knows. */
#include "plugin/client/krb5_default_cache.h"

#include <krb5.h>
#include <string.h>

char *cg_krb5_default_cache_name(TALLOC_CTX *mem_ctx)
{
	krb5_context context;
	const char *name;
	char *copy = NULL;

	if (krb5_init_context(&context) != 0) {
		return NULL;
	}
	name = krb5_cc_default_name(context);
	if (name != NULL) {
		copy = talloc_strdup(mem_ctx, name);
	}
	krb5_free_context(context);
	return copy;
}

bool cg_krb5_default_cache_is_ours(const char *name)
{
	return strncmp(name, "KCM:", 4) == 0;
}
