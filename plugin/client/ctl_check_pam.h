/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What PAM services ask of pam_winbind. */
#ifndef CG_CLIENT_CTL_CHECK_PAM_H
#define CG_CLIENT_CTL_CHECK_PAM_H

#include <talloc.h>

struct cg_ctl_check_machine;

/* The file that makes winbindd keep logons, NULL for none. */
const char *cg_ctl_check_pam_caching(
	TALLOC_CTX *mem_ctx, const struct cg_ctl_check_machine *machine);

#endif
