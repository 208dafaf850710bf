/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What libpam finds in the module; nothing else is exported. */
#include <security/pam_modules.h>
#include <syslog.h>

#include "plugin/pam/call.h"
#include "plugin/pam/steps.h"
#include "plugin/pam/talk.h"

#define CG_EXPORT __attribute__((visibility("default")))

static int run(const struct cg_pam_given *given, const char *name,
	       int (*step)(struct cg_pam_call *call))
{
	struct cg_pam_call *call;
	int code;

	code = cg_pam_call_open(given, &call);
	if (code != PAM_SUCCESS) {
		return code;
	}
	code = step(call);
	cg_pam_log(call, LOG_DEBUG, "%s: %s", name,
		   pam_strerror(given->pamh, code));
	cg_pam_call_close(&call);
	return code;
}

CG_EXPORT int pam_sm_authenticate(pam_handle_t *pamh, int flags, int argc,
				  const char **argv)
{
	const struct cg_pam_given given = { pamh, flags, argc, argv };

	return run(&given, "authenticate", cg_pam_authenticate);
}

CG_EXPORT int pam_sm_setcred(pam_handle_t *pamh, int flags, int argc,
			     const char **argv)
{
	const struct cg_pam_given given = { pamh, flags, argc, argv };

	return run(&given, "setcred", cg_pam_setcred);
}

CG_EXPORT int pam_sm_acct_mgmt(pam_handle_t *pamh, int flags, int argc,
			       const char **argv)
{
	const struct cg_pam_given given = { pamh, flags, argc, argv };

	return run(&given, "account", cg_pam_account);
}

CG_EXPORT int pam_sm_open_session(pam_handle_t *pamh, int flags, int argc,
				  const char **argv)
{
	const struct cg_pam_given given = { pamh, flags, argc, argv };

	return run(&given, "open session", cg_pam_open_session);
}

CG_EXPORT int pam_sm_close_session(pam_handle_t *pamh, int flags, int argc,
				   const char **argv)
{
	const struct cg_pam_given given = { pamh, flags, argc, argv };

	return run(&given, "close session", cg_pam_close_session);
}

CG_EXPORT int pam_sm_chauthtok(pam_handle_t *pamh, int flags, int argc,
			       const char **argv)
{
	const struct cg_pam_given given = { pamh, flags, argc, argv };

	return run(&given, "change of password", cg_pam_chauthtok);
}
