/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Options of the commands, on top of getopt_long(). */
#ifndef CG_CLIENT_CTL_OPTIONS_H
#define CG_CLIENT_CTL_OPTIONS_H

#include <getopt.h>
#include <stdint.h>

#include "idl/status.h"

struct cg_ctl_options {
	const char *short_options;	/* begins with ':' */
	const struct option *long_options;
	const char *help;		/* of the command */
	int max_operands;
};

/* The next option as getopt_long() has it. -1: all are read, optind is at
 * the operands. CG_OPTIONS_STOP: help or a complaint was printed and
 * *out_exit is the exit code. The short option h is --help. */
#define CG_OPTIONS_STOP (-2)
int cg_ctl_options_next(const struct cg_ctl_options *options, int argc,
			char **argv, int *out_exit);
/* Complains itself. */
CG_MUST_CHECK enum cg_status cg_ctl_options_duration(const char *name,
						     uint32_t *out_s);
CG_MUST_CHECK enum cg_status cg_ctl_options_number(const char *name, int *out);

#endif
