/* SPDX-License-Identifier: GPL-3.0-or-later */
/* credguardctl policy: a table of commands of its own. */
#include "plugin/client/ctl_policies.h"

#include <string.h>

#include "plugin/client/ctl_terminal.h"

static const struct {
	const char *name;
	cg_ctl_fn fn;
} commands[] = {
	{ "check", cg_ctl_policy_check },
	{ "show", cg_ctl_policy_show },
	{ "explain", cg_ctl_policy_explain },
	{ "diff", cg_ctl_policy_diff },
};

static const char help[] =
"Usage: credguardctl policy check [--json] [FILE]\n"
"       credguardctl policy show [--json] [--file FILE]\n"
"       credguardctl policy explain [--json] [--file FILE] USER PROGRAM\n"
"                                   TARGET PROTOCOL\n"
"       credguardctl policy diff [--json] OLD NEW\n"
"\n"
"What /etc/credguard/credguard.conf, or FILE, says: credguard need not run.\n"
"\n"
"  check      what is wrong in it, line by line\n"
"  show       what holds by it, defaults included\n"
"  explain    what would happen, and which rule decides\n"
"  diff       what NEW makes weaker or stronger than OLD\n"
"\n"
"  --json         for scripts\n"
"  --file FILE    instead of /etc/credguard/credguard.conf\n"
"\n"
"credguardctl policy COMMAND -h tells more.\n";

int cg_ctl_policy(struct cg_ctl *ctl, int argc, char **argv)
{
	if (argc < 2) {
		(void)fputs(help, stderr);
		return CG_EXIT_USAGE;
	}
	if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
		(void)fputs(help, stdout);
		return CG_EXIT_OK;
	}
	for (size_t i = 0; i < sizeof(commands) / sizeof(commands[0]); i++) {
		if (strcmp(argv[1], commands[i].name) == 0) {
			argv[1] = talloc_asprintf(ctl, "policy %s", argv[1]);
			return commands[i].fn(ctl, argc - 1, argv + 1);
		}
	}
	cg_ctl_complain("unknown command: policy %s; see: credguardctl policy "
			"--help", argv[1]);
	return CG_EXIT_USAGE;
}
