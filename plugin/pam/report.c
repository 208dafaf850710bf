/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugin/pam/report.h"

#include <syslog.h>

#include "plugin/client/errors.h"
#include "plugin/pam/call.h"
#include "plugin/pam/talk.h"
#include "plugin/pam/user.h"

void cg_pam_report_error(struct cg_pam_call *call, int priority,
			 const char *what,
			 const struct cg_client_error *error)
{
	const struct cg_errors_subject about = { 0 };
	char *text = cg_errors_text(call, error, &about);

	cg_pam_log(call, priority, "cannot %s: %s", what,
		   text == NULL ? "out of memory" : text);
	talloc_free(text);
}

void cg_pam_report_refusal(struct cg_pam_call *call,
			   const struct cg_pam_user *user, const char *what,
			   const struct cg_client_error *error)
{
	const struct cg_errors_subject about = { .principal =
							 user->principal };
	char *text = cg_errors_text(call, error, &about);

	cg_pam_log(call, LOG_NOTICE, "%s of %s: %s", what, user->text,
		   text == NULL ? "out of memory" : text);
	talloc_free(text);
}
