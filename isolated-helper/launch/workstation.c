/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See workstation.h. */
#include "isolated-helper/launch/workstation.h"

#include <string.h>
#include <sys/utsname.h>

#include "idl/cg_idl.h"

_Static_assert(CG_WORKSTATION_LEN == CG_WORKSTATION_MAX + 1, "one length");

/* Not by the locale, in which an i may have a dot. */
static char capital(char c)
{
	static const char capitals[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ";

	if (c >= 'a' && c <= 'z') {
		return capitals[c - 'a'];
	}
	return c;
}

void cg_workstation_name(const char *given, char out[CG_WORKSTATION_LEN])
{
	struct utsname host = { .nodename = "" };
	size_t n;

	memset(out, 0, CG_WORKSTATION_LEN);
	if (given[0] == '\0') {
		(void)uname(&host);
		given = host.nodename;
	}
	n = strcspn(given, ".");
	for (size_t i = 0; i < n && i < CG_WORKSTATION_LEN - 1; i++) {
		out[i] = capital(given[i]);
	}
}
