/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See log.h. One write per line, so that lines of others do not mix in. */
#include "isolated-helper/launch/log.h"

#include <stdarg.h>
#include <stdio.h>

void cg_log(const char *fmt, ...)
{
	char text[1024];
	va_list ap;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	(void)dprintf(2, "credguard-launch: %s\n", text);
}
