/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugin/pam/change.h"

#include <security/pam_modules.h>
#include <syslog.h>

#include "idl/limits.h"
#include "plugin/client/blocking_session.h"
#include "plugin/client/client_error.h"
#include "plugin/client/krb5_kpasswd_text.h"
#include "plugin/client/password.h"
#include "plugin/pam/call.h"
#include "plugin/pam/krb5_verdict.h"
#include "plugin/pam/report.h"
#include "plugin/pam/talk.h"
#include "plugin/pam/user.h"

/* Nobody answered, or the old password is not the right one. */
static int refuse(struct cg_pam_call *call, const struct cg_pam_user *user,
		  const struct cg_client_error *error)
{
	struct cg_pam_verdict verdict = cg_pam_verdict_of(error);

	cg_pam_report_refusal(call, user, "change of the password", error);
	if (verdict.code == PAM_AUTH_ERR) {
		cg_pam_tell_error(call, "The current password is wrong");
	} else if (verdict.text != NULL) {
		cg_pam_tell_error(call, verdict.text);
	}
	return verdict.code == PAM_NEW_AUTHTOK_REQD ? PAM_AUTHTOK_ERR
						    : verdict.code;
}

/* The domain's rules for passwords. */
static int explain(struct cg_pam_call *call, const struct cg_pam_user *user,
		   const struct cg_client_change_password_out *out)
{
	char *text = cg_krb5_kpasswd_text(call, out->result, out->text);

	cg_pam_log(call, LOG_NOTICE, "change of the password of %s: result %u",
		   user->text, (unsigned int)out->result);
	if (text != NULL) {
		cg_pam_tell_error(call, text);
	}
	talloc_free(text);
	return PAM_AUTHTOK_ERR;
}

int cg_pam_change(struct cg_pam_call *call, const struct cg_pam_user *user,
		  const struct cg_password *old,
		  const struct cg_password *fresh)
{
	const struct cg_client_change_params params = {
		.uid = cg_pam_call_is_root() ? user->uid : CG_UID_ALL,
		.client = user->principal,
		.old = cg_password_bytes(old),
		.fresh = cg_password_bytes(fresh),
	};
	struct cg_client_change_password_out out;
	struct cg_client_error error = { 0 };

	if (cg_blocking_change_password(call, &params, &out, &error) !=
	    CG_OK) {
		return refuse(call, user, &error);
	}
	return out.result == 0 ? PAM_SUCCESS : explain(call, user, &out);
}
