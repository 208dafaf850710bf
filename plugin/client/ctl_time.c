/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Twelve columns at most, so that a table of them fits a terminal. */
#include "plugin/client/ctl_time.h"

#include <stdbool.h>
#include <time.h>

#define FAR_S (UINT64_C(300) * 86400)

uint64_t cg_ctl_time_now(void)
{
	time_t now = time(NULL);

	/* Before 1970 there was no Kerberos. */
	return now < 0 ? 0 : (uint64_t)now;
}

static bool is_far(uint64_t when, uint64_t now)
{
	uint64_t distance = when > now ? when - now : now - when;

	return distance >= FAR_S;
}

char *cg_ctl_time_text(TALLOC_CTX *mem_ctx, uint64_t when, uint64_t now)
{
	/* time_t is signed; what is beyond it has no local time. */
	time_t t = (time_t)when;
	char text[32];
	struct tm tm;
	size_t n;

	if (when == 0) {
		return talloc_strdup(mem_ctx, "-");
	}
	if (t < 0 || localtime_r(&t, &tm) == NULL ||
	    tm.tm_year > 9999 - 1900) {
		return talloc_strdup(mem_ctx, "?");
	}
	n = is_far(when, now)
		    ? strftime(text, sizeof(text), "%d %b %Y", &tm)
		    : strftime(text, sizeof(text), "%d %b %H:%M", &tm);
	return talloc_strdup(mem_ctx, n == 0 ? "?" : text);
}
