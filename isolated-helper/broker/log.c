/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See log.h. No state: every line goes out as soon as it is made. */
#include "isolated-helper/broker/log.h"

#include <stdarg.h>
#include <stdio.h>
#include <unistd.h>

#define LINE_MAX_LEN 2048	/* longer ones are cut */

static const char *const level_name[] = {
	[CG_LOG_ERROR] = "error: ",
	[CG_LOG_WARNING] = "warning: ",
	[CG_LOG_INFO] = "",
	[CG_LOG_AUDIT] = "audit: ",
};

static size_t put_escaped(char *out, size_t cap, const char *text)
{
	static const char hex[] = "0123456789abcdef";
	size_t len = 0;

	for (; *text != '\0' && len + 4 < cap; text++) {
		unsigned char c = (unsigned char)*text;

		if (c >= 0x20 && c < 0x7f) {
			out[len++] = *text;
			continue;
		}
		out[len++] = '\\';
		out[len++] = 'x';
		out[len++] = hex[c >> 4];
		out[len++] = hex[c & 0xf];
	}
	return len;
}

void cg_log(enum cg_log_level level, const char *fmt, ...)
{
	char text[1024];
	char line[LINE_MAX_LEN];
	va_list ap;
	int head;
	size_t len;

	va_start(ap, fmt);
	(void)vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	head = snprintf(line, sizeof(line), "credguardd: %s",
			level_name[level]);
	len = head > 0 ? (size_t)head : 0;
	len += put_escaped(line + len, sizeof(line) - len - 1, text);
	line[len++] = '\n';
	/* Nobody is left to tell when the log itself cannot be written. */
	if (write(STDERR_FILENO, line, len) < 0) {
		return;
	}
}
