/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See ctl_user.h. */
#include "plugin/client/ctl_user.h"

#include <inttypes.h>
#include <pwd.h>

char *cg_ctl_user_text(TALLOC_CTX *mem_ctx, uint32_t uid)
{
	const struct passwd *found = getpwuid(uid);

	if (found == NULL) {
		return talloc_asprintf(mem_ctx, "%" PRIu32, uid);
	}
	return talloc_strdup(mem_ctx, found->pw_name);
}
