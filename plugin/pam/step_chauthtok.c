/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A new password: because the old one is too old, while somebody signs in, or
 * because its owner wants one. The domain controller checks the old one. */
#include "plugin/pam/steps.h"

#include <security/pam_modules.h>

#include "plugin/client/password.h"
#include "plugin/pam/call.h"
#include "plugin/pam/change.h"
#include "plugin/pam/logon.h"
#include "plugin/pam/memory.h"
#include "plugin/pam/token.h"
#include "plugin/pam/user.h"

#define TRIES 3

static bool has_flag(const struct cg_pam_call *call, unsigned int flag)
{
	/* The cast: flags are bits of an int. */
	return ((unsigned int)call->flags & flag) != 0;
}

static bool is_still_good(const struct cg_pam_call *call,
			  const struct cg_pam_memory *memory)
{
	return has_flag(call, PAM_CHANGE_EXPIRED_AUTHTOK) &&
	       memory != NULL && !memory->must_change;
}

/* Asked for in the first pass, it is there in the second. */
static int get_old(struct cg_pam_call *call, struct cg_password **out)
{
	const struct cg_pam_options *options = &call->options;
	bool is_first = has_flag(call, PAM_PRELIM_CHECK);
	const struct cg_pam_token how = {
		.item = PAM_OLDAUTHTOK,
		.prompt = "Current password: ",
		.may_reuse = !is_first || options->try_first_pass ||
			     options->use_first_pass,
		.may_ask = !options->use_first_pass,
	};

	return cg_pam_token_get(call, &how, out);
}

static int get_new(struct cg_pam_call *call, struct cg_password **out)
{
	const struct cg_pam_options *options = &call->options;
	const struct cg_pam_token how = {
		.item = PAM_AUTHTOK,
		.prompt = "New password: ",
		.again = "Retype new password: ",
		.may_reuse = options->try_first_pass || options->use_authtok,
		.may_ask = !options->use_authtok,
	};
	int code = PAM_TRY_AGAIN;

	for (int i = 0; i < TRIES && code == PAM_TRY_AGAIN; i++) {
		code = cg_pam_token_get(call, &how, out);
	}
	return code == PAM_TRY_AGAIN ? PAM_AUTHTOK_ERR : code;
}

/* In the middle of signing in: what counts is that the new one works, with a
 * domain controller that proves itself. */
static int finish_logon(struct cg_pam_call *call,
			const struct cg_pam_user *user,
			struct cg_password **password,
			struct cg_pam_memory *memory)
{
	int code;

	if (memory == NULL || !memory->must_change) {
		return PAM_SUCCESS;
	}
	code = cg_pam_logon(call, user, password, memory);
	if (code == PAM_SUCCESS) {
		code = cg_pam_memory_export(call, memory);
	}
	return code == PAM_NEW_AUTHTOK_REQD ? PAM_AUTHTOK_ERR : code;
}

static int change(struct cg_pam_call *call, const struct cg_pam_user *user,
		  struct cg_pam_memory *memory)
{
	struct cg_password *old = NULL;
	struct cg_password *fresh = NULL;
	int code;

	code = get_old(call, &old);
	if (code == PAM_SUCCESS) {
		code = get_new(call, &fresh);
	}
	if (code == PAM_SUCCESS) {
		code = cg_pam_change(call, user, old, fresh);
	}
	cg_password_forget(&old);
	if (code == PAM_SUCCESS) {
		code = finish_logon(call, user, &fresh, memory);
	}
	cg_password_forget(&fresh);
	return code;
}

static int prepare(struct cg_pam_call *call)
{
	struct cg_password *old = NULL;
	int code = get_old(call, &old);

	cg_password_forget(&old);
	return code;
}

int cg_pam_chauthtok(struct cg_pam_call *call)
{
	struct cg_pam_memory *memory;
	struct cg_pam_user user;
	int code;

	code = cg_pam_user_find(call, &user);
	if (code != PAM_SUCCESS) {
		return code;
	}
	memory = cg_pam_memory_find(call, user.uid);
	if (is_still_good(call, memory)) {
		return PAM_SUCCESS;
	}
	if (has_flag(call, PAM_PRELIM_CHECK)) {
		return prepare(call);
	}
	return change(call, &user, memory);
}
