/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See log.h. */
#include "plugin/winbind/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

void cg_log(const char *fmt, ...)
{
	char line[512];
	va_list ap;
	int head = snprintf(line, sizeof(line), "credguard-winbind: ");
	int n;

	va_start(ap, fmt);
	n = vsnprintf(line + head, sizeof(line) - (size_t)head - 1, fmt, ap);
	va_end(ap);
	n += head;
	if (n > (int)sizeof(line) - 2) {
		n = (int)sizeof(line) - 2;
	}
	line[n++] = '\n';
	/* Nobody is left to tell when the log itself cannot be written. */
	if (write(STDERR_FILENO, line, (size_t)n) < 0) {
		return;
	}
}
