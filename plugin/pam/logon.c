/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugin/pam/logon.h"

#include <security/pam_modules.h>
#include <syslog.h>

#include "idl/limits.h"
#include "plugin/client/blocking_session.h"
#include "plugin/client/client_error.h"
#include "plugin/client/password.h"
#include "plugin/pam/call.h"
#include "plugin/pam/groups.h"
#include "plugin/pam/krb5_verdict.h"
#include "plugin/pam/memory.h"
#include "plugin/pam/offline_logon.h"
#include "plugin/pam/report.h"
#include "plugin/pam/talk.h"
#include "plugin/pam/user.h"

/* What winbindd asks for; a KDC gives as much as its policy has. */
#define RENEWABLE_S (30U * 86400U)

/* Without root one signs in for oneself: a screen locker. */
static uint32_t uid_to_name(const struct cg_pam_user *user)
{
	return cg_pam_call_is_root() ? user->uid : CG_UID_ALL;
}

static int refuse(struct cg_pam_call *call, const struct cg_pam_user *user,
		  const struct cg_client_error *error,
		  const struct cg_pam_verdict *verdict)
{
	cg_pam_report_refusal(call, user, "logon", error);
	if (verdict->text != NULL) {
		cg_pam_tell_error(call, verdict->text);
	}
	return verdict->code;
}

static void remember(struct cg_pam_memory *memory,
		     const struct cg_client_logon_out *out)
{
	memory->has_acquired = true;
	memory->must_change = false;
	memory->password_expires = out->key_expiration;
	cg_pam_memory_cache(memory, out->cache);
}

/* The PAC is root's to give to winbind; others ask winbind if they must. */
static int check_groups(struct cg_pam_call *call,
			const struct cg_pam_user *user, struct cg_bytes pac)
{
	struct cg_pam_groups groups = { 0 };
	int code;

	if (pac.len > 0 && cg_pam_call_is_root()) {
		code = cg_pam_groups_prime(call, user, pac, &groups);
		if (code != PAM_SUCCESS && code != PAM_IGNORE) {
			return code;
		}
	}
	return cg_pam_groups_check(call, user, &groups);
}

static int accept(struct cg_pam_call *call, const struct cg_pam_user *user,
		  const struct cg_client_logon_out *out,
		  struct cg_pam_memory *memory)
{
	cg_pam_log(call, LOG_DEBUG, "%s is signed in%s", user->text,
		   out->verified ? ", by a KDC that knows this machine" : "");
	remember(memory, out);
	return check_groups(call, user, out->pac);
}

/* Not while a password must be changed: that takes a domain controller. */
static int go_on_offline(struct cg_pam_call *call,
			 const struct cg_pam_user *user,
			 const struct cg_password *password,
			 const struct cg_pam_memory *memory)
{
	const struct cg_pam_groups ask = { 0 };
	int code;

	if (memory->must_change) {
		return PAM_AUTHINFO_UNAVAIL;
	}
	code = cg_pam_offline_check(call, user, password);
	return code == PAM_SUCCESS ? cg_pam_groups_check(call, user, &ask)
				   : code;
}

static int sign_in(struct cg_pam_call *call, const struct cg_pam_user *user,
		   const struct cg_password *password,
		   struct cg_pam_memory *memory)
{
	const struct cg_client_logon_params params = {
		.uid = uid_to_name(user),
		.verify = true,
		.renewable_s = RENEWABLE_S,
		.client = user->principal,
		.password = cg_password_bytes(password),
	};
	struct cg_client_logon_out out;
	struct cg_client_error error = { 0 };
	struct cg_pam_verdict verdict;
	int code;

	if (cg_blocking_logon(call, &params, &out, &error) != CG_OK) {
		verdict = cg_pam_verdict_of(&error);
		if (verdict.is_unreachable) {
			return go_on_offline(call, user, password, memory);
		}
		return refuse(call, user, &error, &verdict);
	}
	code = accept(call, user, &out, memory);
	if (code == PAM_SUCCESS && out.verified && cg_pam_call_is_root()) {
		cg_pam_offline_store(call, user, password);
	}
	return code;
}

int cg_pam_logon(struct cg_pam_call *call, const struct cg_pam_user *user,
		 struct cg_password **password, struct cg_pam_memory *memory)
{
	int code = sign_in(call, user, *password, memory);

	cg_password_forget(password);
	return code;
}
