/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A krb5.conf, read by libkrb5's own profile library: include and includedir
 * count. */
#ifndef CG_CLIENT_KRB5_CONF_FILE_H
#define CG_CLIENT_KRB5_CONF_FILE_H

#include <stdbool.h>
#include <talloc.h>

struct cg_krb5_conf_file;	/* a talloc chunk */

/* NULL: it is not there or has a mistake; *why is what the library says. */
struct cg_krb5_conf_file *cg_krb5_conf_file_open(TALLOC_CTX *mem_ctx,
						 const char *path,
						 const char **why);
/* Of [libdefaults]; NULL when it is not set. */
const char *cg_krb5_conf_file_text(TALLOC_CTX *mem_ctx,
				   const struct cg_krb5_conf_file *file,
				   const char *name);
bool cg_krb5_conf_file_bool(const struct cg_krb5_conf_file *file,
			    const char *name, bool preset);

#endif
