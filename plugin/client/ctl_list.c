/* SPDX-License-Identifier: GPL-3.0-or-later */
/* credguardctl list */
#include "plugin/client/ctl.h"

#include <unistd.h>

#include "idl/cg_idl.h"
#include "plugin/client/ctl_caches.h"
#include "plugin/client/ctl_json.h"
#include "plugin/client/ctl_offline.h"
#include "plugin/client/ctl_options.h"
#include "plugin/client/ctl_sessions.h"
#include "plugin/client/ctl_terminal.h"
#include "plugin/client/ctl_time.h"

static const struct option long_options[] = {
	{ "all", no_argument, NULL, 'a' },
	{ "sessions", no_argument, NULL, 's' },
	{ "offline", no_argument, NULL, 'o' },
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static const struct cg_ctl_options options = {
	.short_options = ":ahs",
	.long_options = long_options,
	.help = "Usage: credguardctl list [--sessions | --offline] [--all] "
		"[--json]\n"
		"\n"
		"Shows your caches, the default one with a star, or your "
		"logon sessions.\n"
		"\n"
		"  -s, --sessions  logon sessions, not caches\n"
		"  --offline       who can sign in without a domain "
		"controller\n"
		"                  (root sees everybody)\n"
		"  -a, --all       everybody's (root only)\n"
		"  --json          for scripts; times are seconds since "
		"1970\n",
};

struct list_choice {
	bool all;
	bool offline;
	bool json;
	bool sessions;
};

static bool read_options(int argc, char **argv, struct list_choice *choice,
			 int *out_exit)
{
	int c;

	while ((c = cg_ctl_options_next(&options, argc, argv,
					out_exit)) != -1) {
		if (c == CG_OPTIONS_STOP) {
			return false;
		}
		choice->all = choice->all || c == 'a';
		choice->offline = choice->offline || c == 'o';
		choice->json = choice->json || c == 'j';
		choice->sessions = choice->sessions || c == 's';
	}
	if (choice->offline && (choice->all || choice->sessions)) {
		cg_ctl_complain("--offline goes with neither --all nor "
				"--sessions; "
				"see: credguardctl list --help");
		*out_exit = CG_EXIT_USAGE;
		return false;
	}
	if (choice->all && geteuid() != 0) {
		cg_ctl_complain("only root may list what others have; "
				"without --all you see your own");
		*out_exit = CG_EXIT_FAILURE;
		return false;
	}
	return true;
}

static const char *why_none(struct cg_ctl *ctl)
{
	switch (cg_ctl_sessions_waiting(ctl)) {
	case CG_WAITING_FOR_KDC:
		return "no credentials yet: you signed in without a domain "
		       "controller;\nthey come by themselves when it is back";
	case CG_WAITING_REFUSED:
		return "no credentials: the domain controller refused the "
		       "password that you signed\nin with; sign in with: "
		       "credguardctl logon";
	default:
		return "no credentials; sign in with: credguardctl logon";
	}
}

static int print(struct cg_ctl *ctl, const struct cg_ctl_caches *caches,
		 const struct list_choice *choice)
{
	if (choice->json) {
		return cg_ctl_json_print(
			cg_ctl_caches_json(caches, cg_ctl_time_now()));
	}
	if (caches->n == 0) {
		(void)puts(why_none(ctl));
		return CG_EXIT_OK;
	}
	if (!cg_ctl_caches_print(caches, choice->all, stdout,
				 cg_ctl_width(stdout))) {
		cg_ctl_complain("out of memory");
		return CG_EXIT_FAILURE;
	}
	return CG_EXIT_OK;
}

static int print_offline(const struct cg_ctl_offline *list, bool json)
{
	if (json) {
		return cg_ctl_json_print(
			cg_ctl_offline_json(list, cg_ctl_time_now()));
	}
	if (list->n == 0) {
		(void)puts("no verifiers: sign in with a domain controller "
			   "first");
		return CG_EXIT_OK;
	}
	if (!cg_ctl_offline_print(list, stdout, cg_ctl_width(stdout))) {
		cg_ctl_complain("out of memory");
		return CG_EXIT_FAILURE;
	}
	return CG_EXIT_OK;
}

static int list_offline(struct cg_ctl *ctl, bool json)
{
	TALLOC_CTX *frame = talloc_new(ctl);
	struct cg_ctl_offline list;
	int code;

	if (cg_ctl_offline_fetch(ctl, frame, &list) == CG_OK) {
		code = print_offline(&list, json);
	} else {
		code = cg_ctl_failed(ctl, NULL);
	}
	talloc_free(frame);
	return code;
}

int cg_ctl_list(struct cg_ctl *ctl, int argc, char **argv)
{
	struct list_choice choice = { 0 };
	struct cg_ctl_caches caches;
	TALLOC_CTX *frame;
	int code = CG_EXIT_FAILURE;

	if (!read_options(argc, argv, &choice, &code)) {
		return code;
	}
	if (cg_ctl_connect(ctl) != CG_OK) {
		return cg_ctl_failed(ctl, NULL);
	}
	if (choice.sessions) {
		return cg_ctl_sessions_list(ctl, choice.all, choice.json);
	}
	if (choice.offline) {
		return list_offline(ctl, choice.json);
	}
	frame = talloc_new(ctl);
	if (cg_ctl_caches_fetch(ctl, choice.all, frame, &caches) == CG_OK) {
		code = print(ctl, &caches, &choice);
	} else {
		code = cg_ctl_failed(ctl, NULL);
	}
	talloc_free(frame);
	return code;
}
