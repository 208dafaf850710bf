/* SPDX-License-Identifier: GPL-3.0-or-later */
/* credguardctl: what users and administrators say to credguard. The table of
 * commands is the program. */
#include <getopt.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <talloc.h>
#include <unistd.h>

#include "plugin/client/ctl.h"
#include "plugin/client/ctl_terminal.h"

struct command {
	const char *name;
	cg_ctl_fn fn;
	const char *help;
};

static int help(struct cg_ctl *ctl, int argc, char **argv);

static const struct command commands[] = {
	{ "logon", cg_ctl_logon, "sign in with a password" },
	{ "passwd", cg_ctl_passwd, "change a password" },
	{ "list", cg_ctl_list, "show credentials and how long they last" },
	{ "renew", cg_ctl_renew, "extend a TGT without a password" },
	{ "logoff", cg_ctl_logoff, "erase credentials" },
	{ "forget", cg_ctl_forget, "erase what signs you in without a DC" },
	{ "status", cg_ctl_status, "what is protected on this machine" },
	{ "audit", cg_ctl_audit, "what was decided, and for whom" },
	{ "policy", cg_ctl_policy, "the rules: who may have what" },
	{ "check", cg_ctl_check, "what on this machine would leak" },
	{ "enable", cg_ctl_enable, "switch Credential Guard on" },
	{ "disable", cg_ctl_disable, "take back what enable did" },
	{ "help", help, "this text, or that of a command" },
};

static const size_t n_commands = sizeof(commands) / sizeof(commands[0]);

static const struct option long_options[] = {
	{ "runtime-dir", required_argument, NULL, 'd' },
	{ "version", no_argument, NULL, 'V' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static const struct command *find_command(const char *name)
{
	for (size_t i = 0; i < n_commands; i++) {
		if (strcmp(commands[i].name, name) == 0) {
			return &commands[i];
		}
	}
	cg_ctl_complain("unknown command: %s; see: credguardctl help", name);
	return NULL;
}

static void print_help(FILE *file)
{
	(void)fputs("Usage: credguardctl COMMAND [OPTIONS]\n\n"
		    "Credentials that programs can use and nobody can take.\n"
		    "\n", file);
	for (size_t i = 0; i < n_commands; i++) {
		(void)fprintf(file, "  %-8s %s\n", commands[i].name,
			      commands[i].help);
	}
	(void)fputs("\n"
		    "  credguardctl COMMAND --help    its options\n"
		    "  credguardctl --version\n"
		    "  --runtime-dir DIR              another place than "
		    "/run/credguard\n"
		    "\n"
		    "Exit codes: 0 done, 1 failed, 2 wrong usage, "
		    "3 credguard is not running.\n", file);
}

/* optind is 0 so that getopt_long() begins anew. */
static int run(struct cg_ctl *ctl, const char *name, int argc, char **argv)
{
	const struct command *command = find_command(name);

	if (command == NULL) {
		return CG_EXIT_USAGE;
	}
	optind = 0;
	return command->fn(ctl, argc, argv);
}

static int help(struct cg_ctl *ctl, int argc, char **argv)
{
	char option[] = "--help";
	char *words[] = { argv[1], option, NULL };

	if (argc < 2 || strcmp(argv[1], "help") == 0 || argv[1][0] == '-') {
		print_help(stdout);
		return CG_EXIT_OK;
	}
	return run(ctl, argv[1], 2, words);
}

/* No core file and no ptrace by others of this uid, from the first line. */
static enum cg_status harden(void)
{
	const struct rlimit none = { 0, 0 };

	if (prctl(PR_SET_DUMPABLE, 0L, 0L, 0L, 0L) != 0 ||
	    setrlimit(RLIMIT_CORE, &none) != 0) {
		return CG_E_SYSTEM;
	}
	return CG_OK;
}

static int run_from(struct cg_ctl *ctl, int argc, char **argv)
{
	int c;

	opterr = 0;
	while ((c = getopt_long(argc, argv, "+h", long_options, NULL)) != -1) {
		switch (c) {
		case 'd':
			ctl->options.runtime_dir = optarg;
			break;
		case 'V':
			(void)puts("credguardctl " CG_VERSION);
			return CG_EXIT_OK;
		case 'h':
			print_help(stdout);
			return CG_EXIT_OK;
		default:
			cg_ctl_complain("unknown option: %s; "
					"see: credguardctl help",
					argv[optind - 1]);
			return CG_EXIT_USAGE;
		}
	}
	if (optind == argc) {
		print_help(stderr);
		return CG_EXIT_USAGE;
	}
	return run(ctl, argv[optind], argc - optind, argv + optind);
}

/* As if the signal had done it: shells look at that. */
static void die_of(int signal_number)
{
	(void)signal(signal_number, SIG_DFL);
	(void)raise(signal_number);
}

int main(int argc, char **argv)
{
	struct cg_ctl *ctl;
	int signal_number;
	int code;

	if (harden() != CG_OK) {
		cg_ctl_complain("cannot forbid core files");
		return CG_EXIT_FAILURE;
	}
	ctl = talloc_zero(NULL, struct cg_ctl);
	if (ctl != NULL) {
		ctl->ev = tevent_context_init(ctl);
	}
	if (ctl == NULL || ctl->ev == NULL) {
		cg_ctl_complain("out of memory");
		return CG_EXIT_FAILURE;
	}
	code = run_from(ctl, argc, argv);
	signal_number = ctl->ended_by_signal;
	talloc_free(ctl);
	if (fflush(stdout) != 0 && code == CG_EXIT_OK) {
		cg_ctl_complain("cannot write the output");
		code = CG_EXIT_FAILURE;
	}
	if (signal_number != 0) {
		die_of(signal_number);
	}
	return code;
}
