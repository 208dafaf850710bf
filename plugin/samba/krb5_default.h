/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where this process's Heimdal looks for credentials. */
#ifndef CG_SAMBA_KRB5_DEFAULT_H
#define CG_SAMBA_KRB5_DEFAULT_H

#include <talloc.h>

/* The default cache's full name when it is of the type KCM, else NULL. */
const char *cg_krb5_default_name(TALLOC_CTX *mem_ctx);

#endif
