/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a check says what it found. */
#include "plugin/client/ctl_check.h"

#include <stdarg.h>

static void say(struct cg_ctl_check_found *out, enum cg_ctl_check_state state,
		const char *format, va_list args)
	__attribute__((format(printf, 3, 0)));

static void say(struct cg_ctl_check_found *out, enum cg_ctl_check_state state,
		const char *format, va_list args)
{
	out->state = state;
	out->reason = talloc_vasprintf(out, format, args);
}

void cg_ctl_check_ok(struct cg_ctl_check_found *out, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(out, CG_CHECK_OK, format, args);
	va_end(args);
}

void cg_ctl_check_na(struct cg_ctl_check_found *out, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(out, CG_CHECK_NA, format, args);
	va_end(args);
}

void cg_ctl_check_warn(struct cg_ctl_check_found *out, const char *mend,
		       const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(out, CG_CHECK_WARN, format, args);
	va_end(args);
	out->mend = mend;
}

void cg_ctl_check_bad(struct cg_ctl_check_found *out, const char *mend,
		      const char *format, ...)
{
	va_list args;

	va_start(args, format);
	say(out, CG_CHECK_BAD, format, args);
	va_end(args);
	out->mend = mend;
}
