/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every mistake on the command line is told with the way to the help. */
#include "plugin/client/ctl_options.h"

#include <errno.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "plugin/client/ctl.h"
#include "plugin/client/ctl_terminal.h"
#include "plugin/client/duration.h"

static int usage(const char *problem, const char *what, char **argv,
		 int *out_exit)
{
	cg_ctl_complain("%s: %s; see: credguardctl %s --help", problem, what,
			argv[0]);
	*out_exit = CG_EXIT_USAGE;
	return CG_OPTIONS_STOP;
}

int cg_ctl_options_next(const struct cg_ctl_options *options, int argc,
			char **argv, int *out_exit)
{
	char letter[] = "-?";
	int c;

	opterr = 0;
	*out_exit = CG_EXIT_OK;
	c = getopt_long(argc, argv, options->short_options,
			options->long_options, NULL);
	letter[1] = (char)optopt;
	if (c == 'h') {
		(void)fputs(options->help, stdout);
		return CG_OPTIONS_STOP;
	}
	if (c == '?') {
		/* A letter may stand in a group, which has not ended. */
		return usage("unknown option",
			     argv[optind - 1][0] == '-' ? argv[optind - 1]
							: letter,
			     argv, out_exit);
	}
	if (c == ':') {
		return usage("a value is missing after", argv[optind - 1],
			     argv, out_exit);
	}
	if (c == -1 && argc - optind > options->max_operands) {
		return usage("one word too many",
			     argv[optind + options->max_operands], argv,
			     out_exit);
	}
	return c;
}

enum cg_status cg_ctl_options_duration(const char *name, uint32_t *out_s)
{
	enum cg_status st = cg_duration_parse(optarg, out_s);

	if (st != CG_OK) {
		cg_ctl_complain("--%s: not a usable duration: %s; "
				"for example 10h, 7d, 1h30m", name, optarg);
	}
	return st;
}

enum cg_status cg_ctl_options_number(const char *name, int *out)
{
	char *end = NULL;
	long v;

	errno = 0;
	v = strtol(optarg, &end, 10);
	if (errno != 0 || end == optarg || *end != '\0' || v < 0 ||
	    v > INT_MAX) {
		cg_ctl_complain("--%s: not a number: %s", name, optarg);
		*out = -1;
		return CG_E_INVALID;
	}
	/* Within int, as the line above says. */
	*out = (int)v;
	return CG_OK;
}
