/* SPDX-License-Identifier: GPL-3.0-or-later */
/* credguardctl enable, credguardctl disable */
#include "plugin/client/ctl.h"

#include <stdio.h>
#include <unistd.h>

#include "plugin/client/ctl_options.h"
#include "plugin/client/ctl_setup_plan.h"
#include "plugin/client/ctl_setup_programs.h"
#include "plugin/client/ctl_setup_text.h"
#include "plugin/client/ctl_terminal.h"
#include "plugin/client/krb5_move_caches.h"

static const struct option long_options[] = {
	{ "dry-run", no_argument, NULL, 'n' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static const struct cg_ctl_options enable_options = {
	.short_options = ":nh",
	.long_options = long_options,
	.help = "Usage: credguardctl enable [-n]\n"
		"\n"
		"Switches Credential Guard on: starts it, lets libkrb5,\n"
		"Samba and PAM use it, and moves the tickets that lie in\n"
		"files and keyrings into the vault. May be run again.\n"
		"\n"
		"  -n, --dry-run   only show what would change\n",
};

static const struct cg_ctl_options disable_options = {
	.short_options = ":nh",
	.long_options = long_options,
	.help = "Usage: credguardctl disable [-n]\n"
		"\n"
		"Takes back what enable did, byte for byte. What the vault\n"
		"holds is erased; users sign in again.\n"
		"\n"
		"  -n, --dry-run   only show what would change\n",
};

static enum cg_status change_one(TALLOC_CTX *mem_ctx, size_t i, bool enable,
				 bool dry)
{
	struct cg_setup_change change;
	enum cg_status st = cg_setup_plan_change(mem_ctx, i, enable, &change);

	if (st != CG_OK) {
		return st;
	}
	if (change.is_needed) {
		cg_setup_text_diff(stdout, change.path, change.old,
				   change.new);
	}
	return dry ? CG_OK : cg_setup_plan_apply(&change);
}

static enum cg_status change_files(TALLOC_CTX *mem_ctx, bool enable, bool dry)
{
	enum cg_status st = CG_OK;

	for (size_t i = 0; i < cg_setup_plan_size() && st == CG_OK; i++) {
		st = change_one(mem_ctx, i, enable, dry);
	}
	return st;
}

/* The vault is there before anything is sent to it. */
static enum cg_status enable(struct cg_ctl *ctl, bool dry)
{
	enum cg_status st = cg_setup_units(true, dry);

	if (st == CG_OK) {
		st = change_files(ctl, true, dry);
	}
	if (st == CG_OK) {
		st = cg_setup_profiles(true, dry);
	}
	if (st == CG_OK) {
		st = cg_setup_restart_winbind(dry);
	}
	return st == CG_OK ? cg_krb5_move_caches(dry) : st;
}

static enum cg_status disable(struct cg_ctl *ctl, bool dry)
{
	enum cg_status st = cg_setup_profiles(false, dry);

	if (st == CG_OK) {
		st = change_files(ctl, false, dry);
	}
	if (st == CG_OK) {
		st = cg_setup_restart_winbind(dry);
	}
	return st == CG_OK ? cg_setup_units(false, dry) : st;
}

static bool read_options(const struct cg_ctl_options *options, int argc,
			 char **argv, bool *dry, int *code)
{
	int c;

	*dry = false;
	while ((c = cg_ctl_options_next(options, argc, argv, code)) == 'n') {
		*dry = true;
	}
	if (c != -1) {
		return false;
	}
	if (geteuid() != 0 && !*dry) {
		cg_ctl_complain("%s changes the machine: run it as root, or "
				"with --dry-run", argv[0]);
		*code = CG_EXIT_FAILURE;
		return false;
	}
	return true;
}

static int result(enum cg_status st, const char *what, bool dry)
{
	if (st == CG_OK) {
		(void)printf("%s%s\n", dry ? "nothing was changed; without "
			     "--dry-run: " : "", what);
		return CG_EXIT_OK;
	}
	cg_ctl_complain("stopped; run it again when the reason is gone");
	return CG_EXIT_FAILURE;
}

int cg_ctl_enable(struct cg_ctl *ctl, int argc, char **argv)
{
	bool dry;
	int code;

	if (!read_options(&enable_options, argc, argv, &dry, &code)) {
		return code;
	}
	return result(enable(ctl, dry), "Credential Guard is enabled", dry);
}

int cg_ctl_disable(struct cg_ctl *ctl, int argc, char **argv)
{
	bool dry;
	int code;

	if (!read_options(&disable_options, argc, argv, &dry, &code)) {
		return code;
	}
	return result(disable(ctl, dry), "Credential Guard is disabled", dry);
}
