/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugin/pam/steps.h"

#include <security/pam_modules.h>
#include <time.h>

#include "plugin/pam/call.h"
#include "plugin/pam/groups.h"
#include "plugin/pam/memory.h"
#include "plugin/pam/talk.h"
#include "plugin/pam/user.h"

#define DAY_S 86400U

/* A day that has begun counts. */
static void warn(struct cg_pam_call *call, uint64_t days)
{
	char *text;

	if (days == 0) {
		cg_pam_tell(call, "Your password expires today.");
		return;
	}
	text = talloc_asprintf(call, "Your password will expire in %u %s.",
			       (unsigned int)days, days > 1 ? "days" : "day");
	if (text != NULL) {
		cg_pam_tell(call, text);
	}
	talloc_free(text);
}

static void warn_if_it_expires(struct cg_pam_call *call, uint64_t expires)
{
	/* The cast: it is not before 1970. */
	uint64_t now = (uint64_t)time(NULL);
	uint64_t days;

	if (expires <= now) {	/* also 0: not known */
		return;
	}
	days = (expires - now) / DAY_S;
	if (days < call->options.warn_pwd_expire_days) {
		warn(call, days);
	}
}

int cg_pam_account(struct cg_pam_call *call)
{
	const struct cg_pam_groups ask = { 0 };
	const struct cg_pam_memory *memory;
	struct cg_pam_user user;
	int code;

	code = cg_pam_user_find(call, &user);
	if (code != PAM_SUCCESS) {
		return code;
	}
	/* After an ssh key or in a cron job nobody has looked yet. */
	code = cg_pam_groups_check(call, &user, &ask);
	memory = cg_pam_memory_find(call, user.uid);
	if (code != PAM_SUCCESS || memory == NULL) {
		return code;
	}
	if (memory->must_change) {
		return PAM_NEW_AUTHTOK_REQD;
	}
	warn_if_it_expires(call, memory->password_expires);
	return PAM_SUCCESS;
}
