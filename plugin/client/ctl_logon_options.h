/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The options of credguardctl logon. */
#ifndef CG_CLIENT_CTL_LOGON_OPTIONS_H
#define CG_CLIENT_CTL_LOGON_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>

struct cg_ctl_logon_options {
	const char *principal;	/* NULL: the login name */
	bool enterprise;
	int password_fd;	/* -1: ask on the terminal */
	uint32_t lifetime_s;	/* 0: the KDC's choice */
	uint32_t renewable_s;
	const char *cache;	/* NULL: the default one */
};

/* false: *out_exit is the exit code, and everything was said. */
bool cg_ctl_logon_options_read(int argc, char **argv,
			       struct cg_ctl_logon_options *out,
			       int *out_exit);

#endif
