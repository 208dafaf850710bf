/* SPDX-License-Identifier: GPL-3.0-or-later */
/* smb.conf as Samba itself understands it. */
#ifndef CG_CLIENT_CTL_CHECK_SMBCONF_H
#define CG_CLIENT_CTL_CHECK_SMBCONF_H

#include <talloc.h>

struct cg_ctl_check_found;
struct cg_ctl_check_machine;

/* What testparm prints of it, or NULL; then the result is said: there is no
 * smb.conf, no testparm, or a mistake in the file. Included files count, as
 * they are named there. */
char *cg_ctl_check_smbconf_read(const struct cg_ctl_check_machine *machine,
				struct cg_ctl_check_found *out);
/* The value of a global option in that text, "" when it has its default; the
 * name as testparm writes it. NULL when out of memory. */
const char *cg_ctl_check_smbconf_value(TALLOC_CTX *mem_ctx, const char *text,
				       const char *option);

#endif
