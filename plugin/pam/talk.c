/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugin/pam/talk.h"

#include <security/pam_ext.h>
#include <security/pam_modules.h>
#include <stdarg.h>
#include <syslog.h>

#include "plugin/pam/call.h"

static bool is_silent(const struct cg_pam_call *call)
{
	/* The cast: flags are bits of an int. */
	return call->options.silent ||
	       ((unsigned int)call->flags & PAM_SILENT) != 0;
}

void cg_pam_tell(struct cg_pam_call *call, const char *text)
{
	if (!is_silent(call)) {
		(void)pam_info(call->pamh, "%s", text);
	}
}

void cg_pam_tell_error(struct cg_pam_call *call, const char *text)
{
	if (!is_silent(call)) {
		(void)pam_error(call->pamh, "%s", text);
	}
}

void cg_pam_log(const struct cg_pam_call *call, int priority,
		const char *format, ...)
{
	va_list args;

	if (priority == LOG_DEBUG && !call->options.debug) {
		return;
	}
	va_start(args, format);
	pam_vsyslog(call->pamh, priority, format, args);
	va_end(args);
}
