/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The credentials came with authentication; here their place is told. */
#include "plugin/pam/steps.h"

#include <security/pam_modules.h>

#include "plugin/pam/call.h"
#include "plugin/pam/memory.h"
#include "plugin/pam/user.h"

static bool is_for_session_that_goes_on(int flags)
{
	/* The cast: flags are bits of an int. */
	return ((unsigned int)flags &
		(PAM_REINITIALIZE_CRED | PAM_REFRESH_CRED)) != 0;
}

static bool is_delete(int flags)
{
	return ((unsigned int)flags & PAM_DELETE_CRED) != 0;
}

int cg_pam_setcred(struct cg_pam_call *call)
{
	struct cg_pam_memory *memory;
	struct cg_pam_user user;
	int code;

	code = cg_pam_user_find(call, &user);
	if (code != PAM_SUCCESS) {
		return PAM_IGNORE;
	}
	memory = cg_pam_memory_find(call, user.uid);
	/* To delete is the session's affair: other sessions go on. */
	if (memory == NULL || is_delete(call->flags)) {
		return PAM_SUCCESS;
	}
	if (is_for_session_that_goes_on(call->flags)) {
		/* A screen was unlocked: they stay when this handle ends. */
		memory->has_acquired = false;
	}
	return cg_pam_memory_export(call, memory);
}
