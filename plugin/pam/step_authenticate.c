/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugin/pam/steps.h"

#include <security/pam_modules.h>
#include <syslog.h>
#include <unistd.h>

#include "plugin/client/password.h"
#include "plugin/pam/call.h"
#include "plugin/pam/logon.h"
#include "plugin/pam/memory.h"
#include "plugin/pam/talk.h"
#include "plugin/pam/token.h"
#include "plugin/pam/user.h"

/* A KDC says without a proof that a password is too old. Root's programs go
 * on to pam_acct_mgmt(), and what they get in the end is proved. A screen
 * locker would open at once. */
static int put_off(struct cg_pam_call *call, struct cg_pam_memory *memory)
{
	if (!cg_pam_call_is_root()) {
		cg_pam_log(call, LOG_NOTICE,
			   "a password that must be changed opens nothing");
		return PAM_AUTH_ERR;
	}
	memory->must_change = true;
	return PAM_SUCCESS;
}

static int sign_in(struct cg_pam_call *call, const struct cg_pam_user *user,
		   struct cg_password **password)
{
	struct cg_pam_memory *memory;
	int code;

	code = cg_pam_memory_make(call, user->uid, &memory);
	if (code == PAM_SUCCESS) {
		code = cg_pam_logon(call, user, password, memory);
	}
	if (code == PAM_NEW_AUTHTOK_REQD) {
		return put_off(call, memory);
	}
	if (code == PAM_SUCCESS) {
		code = cg_pam_memory_export(call, memory);
	}
	return code;
}

static bool may_sign_in(struct cg_pam_call *call,
			const struct cg_pam_user *user)
{
	if (cg_pam_call_is_root() || geteuid() == user->uid) {
		return true;
	}
	cg_pam_log(call, LOG_NOTICE, "uid %u may not sign in as %s",
		   (unsigned int)geteuid(), user->text);
	return false;
}

int cg_pam_authenticate(struct cg_pam_call *call)
{
	const struct cg_pam_options *options = &call->options;
	const struct cg_pam_token how = {
		.item = PAM_AUTHTOK,
		.prompt = "Password: ",
		.may_reuse = options->try_first_pass ||
			     options->use_first_pass,
		.may_ask = !options->use_first_pass,
	};
	struct cg_password *password = NULL;
	struct cg_pam_user user;
	int code;

	code = cg_pam_user_find(call, &user);
	if (code != PAM_SUCCESS) {
		return code;
	}
	if (!may_sign_in(call, &user)) {
		return PAM_CRED_INSUFFICIENT;
	}
	code = cg_pam_token_get(call, &how, &password);
	if (code == PAM_SUCCESS) {
		code = sign_in(call, &user, &password);
	}
	cg_password_forget(&password);
	return code;
}
