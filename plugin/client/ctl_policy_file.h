/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules of a credguard.conf, as the guardian and the broker read them. */
#ifndef CG_CLIENT_CTL_POLICY_FILE_H
#define CG_CLIENT_CTL_POLICY_FILE_H

#include "idl/policy_text.h"

#define CG_CTL_POLICY_FILE "/etc/credguard/credguard.conf"

/* The other sections are passed over. Complains, with file and line. */
CG_MUST_CHECK enum cg_status cg_ctl_policy_file_read(
	const char *path, struct cg_policy_text *out);

#endif
