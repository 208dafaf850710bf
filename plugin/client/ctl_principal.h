/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The account to sign in: what was typed, or who is logged in here. */
#ifndef CG_CLIENT_CTL_PRINCIPAL_H
#define CG_CLIENT_CTL_PRINCIPAL_H

#include <stdbool.h>
#include <talloc.h>

#include "idl/bytes.h"
#include "idl/status.h"

/* typed NULL: the login name. Complains itself. */
CG_MUST_CHECK enum cg_status cg_ctl_principal_find(TALLOC_CTX *mem_ctx,
						   const char *typed,
						   bool enterprise,
						   struct cg_bytes *out);
/* A login name as a principal: winbind's EXAMPLE\alice is alice. */
const char *cg_ctl_principal_of_login(const char *login);

#endif
