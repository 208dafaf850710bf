/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The memory-hard part is done here, in the login program, which has the
 * password and the memory. */
#include "plugin/pam/offline_logon.h"

#include <security/pam_modules.h>
#include <syslog.h>

#include "idl/cg_idl.h"
#include "plugin/client/client_error.h"
#include "plugin/client/offline.h"
#include "plugin/client/password.h"
#include "plugin/pam/call.h"
#include "plugin/pam/report.h"
#include "plugin/pam/talk.h"
#include "plugin/pam/turn.h"
#include "plugin/pam/user.h"

#define NO_SERVERS "No logon servers"
#define IN_PLACE \
	"Domain Controller unreachable, signed in with the last password " \
	"that it has accepted. Network resources can be unavailable"
#define COMES_BACK " until it is back"
#define ASK_THEN ". When it is back, get tickets with: credguardctl logon"
#define LOCKED "Too many wrong passwords without a Domain Controller. Try " \
	"again later"
#define TOO_OLD NO_SERVERS ", and your last logon with one is too long ago"

static int answer(struct cg_pam_call *call, const struct cg_pam_user *user,
		  const struct cg_offline_result *result)
{
	cg_pam_log(call, LOG_NOTICE, "offline logon of %s: %s", user->text,
		   result->result == CG_OFFLINE_OK ? "accepted" : "refused");
	switch (result->result) {
	case CG_OFFLINE_OK:
		cg_pam_tell(call, result->held ? IN_PLACE COMES_BACK
					       : IN_PLACE ASK_THEN);
		return PAM_SUCCESS;
	case CG_OFFLINE_LOCKED:
		cg_pam_tell_error(call, LOCKED);
		return PAM_MAXTRIES;
	case CG_OFFLINE_EXPIRED:
		cg_pam_tell_error(call, TOO_OLD);
		return PAM_AUTHINFO_UNAVAIL;
	default:
		return PAM_AUTH_ERR;
	}
}

static bool describe(const struct cg_pam_user *user, char *sid,
		     struct cg_offline_user *out)
{
	if (wbcSidToStringBuf(&user->sid, sid, WBC_SID_STRING_BUFLEN) >
	    WBC_SID_STRING_BUFLEN) {
		return false;
	}
	*out = (struct cg_offline_user){
		.uid = user->uid,
		.sid = sid,
		.domain = user->domain,
		.client = user->principal,
		.hold = true,
	};
	return true;
}

int cg_pam_offline_check(struct cg_pam_call *call,
			 const struct cg_pam_user *user,
			 const struct cg_password *password)
{
	char sid[WBC_SID_STRING_BUFLEN];
	struct cg_offline_user who;
	struct cg_offline_result result = { .result = CG_OFFLINE_DENIED };
	struct cg_client_error error = { 0 };

	if (!describe(user, sid, &who)) {
		return PAM_AUTHINFO_UNAVAIL;
	}
	if (cg_offline_check(call, &who, cg_password_bytes(password), &result,
			     &error) == CG_OK) {
		return answer(call, user, &result);
	}
	cg_pam_report_refusal(call, user, "offline logon", &error);
	cg_pam_tell_error(call, NO_SERVERS);
	return PAM_AUTHINFO_UNAVAIL;
}

static void store(struct cg_pam_call *call, const struct cg_offline_user *who,
		  const struct cg_password *password)
{
	struct cg_client_error error = { 0 };
	enum cg_status st;

	st = cg_offline_store(call, who, cg_password_bytes(password), &error);
	/* Denied: by policy, there shall be none. */
	if (st != CG_OK && st != CG_E_DENIED) {
		cg_pam_report_error(call, LOG_WARNING,
				    "prepare for a logon without a domain "
				    "controller", &error);
	}
}

void cg_pam_offline_store(struct cg_pam_call *call,
			  const struct cg_pam_user *user,
			  const struct cg_password *password)
{
	char sid[WBC_SID_STRING_BUFLEN];
	struct cg_offline_user who;
	int turn;

	if (!describe(user, sid, &who)) {
		return;
	}
	if (!cg_pam_turn_take(&turn)) {
		cg_pam_log(call, LOG_NOTICE, "many sign in at once; a later "
			   "logon of %s will make a new verifier",
			   user->text);
		return;
	}
	store(call, &who, password);
	cg_pam_turn_end(turn);
}
