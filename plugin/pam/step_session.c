/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugin/pam/steps.h"

#include <security/pam_modules.h>
#include <syslog.h>

#include "plugin/pam/call.h"
#include "plugin/pam/memory.h"
#include "plugin/pam/sessions.h"
#include "plugin/pam/talk.h"
#include "plugin/pam/user.h"

/* Local users, and programs that do not run as root, have no session here. */
static bool has_session(struct cg_pam_call *call, struct cg_pam_user *user)
{
	return cg_pam_call_is_root() &&
	       cg_pam_user_find(call, user) == PAM_SUCCESS;
}

int cg_pam_open_session(struct cg_pam_call *call)
{
	struct cg_pam_memory *memory;
	struct cg_pam_user user;
	int code;

	if (!has_session(call, &user)) {
		return PAM_IGNORE;
	}
	code = cg_pam_memory_make(call, user.uid, &memory);
	if (code != PAM_SUCCESS) {
		return code;
	}
	if (memory->must_change) {
		/* Then nobody has proved anything yet. */
		cg_pam_log(call, LOG_NOTICE, "no session for %s before the "
			   "password is changed", user.text);
		return PAM_SESSION_ERR;
	}
	if (memory->session == 0) {
		code = cg_pam_sessions_open(call, memory);
	}
	if (code == PAM_SUCCESS) {
		code = cg_pam_memory_export(call, memory);
	}
	return code;
}

int cg_pam_close_session(struct cg_pam_call *call)
{
	struct cg_pam_memory *memory;
	struct cg_pam_user user;

	if (!has_session(call, &user)) {
		return PAM_IGNORE;
	}
	memory = cg_pam_memory_find(call, user.uid);
	if (memory == NULL || memory->session == 0) {
		return PAM_SUCCESS;
	}
	return cg_pam_sessions_close(call, memory);
}
