/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugin/samba/krb5_default.h"

#include <string.h>

#include "plugin/samba/krb5_heimdal.h"

const char *cg_krb5_default_name(TALLOC_CTX *mem_ctx)
{
	krb5_context context = NULL;
	const char *name;
	char *copy = NULL;

	if (krb5_init_context(&context) != 0) {
		return NULL;
	}
	name = krb5_cc_default_name(context);
	if (name != NULL && strncmp(name, "KCM:", 4) == 0) {
		copy = talloc_strdup(mem_ctx, name);
	}
	krb5_free_context(context);
	return copy;
}
