/* SPDX-License-Identifier: GPL-3.0-or-later */
/* credguardctl check */
#include "plugin/client/ctl_check.h"

#include "plugin/client/ctl.h"
#include "plugin/client/ctl_check_text.h"
#include "plugin/client/ctl_options.h"
#include "plugin/client/ctl_terminal.h"

static const struct option long_options[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "list", no_argument, NULL, 'l' },
	{ "root", required_argument, NULL, 'r' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static const struct cg_ctl_options options = {
	.short_options = ":h",
	.long_options = long_options,
	.help = "Usage: credguardctl check [--json] [--list] [--root DIR]\n"
		"\n"
		"Says whether this machine is ready: what in its kernel and\n"
		"in the configuration of Kerberos, Samba and PAM would leak\n"
		"credentials past credguard, and the command that mends it.\n"
		"Root sees most. credguard need not run. The exit code is 0\n"
		"when nothing was found, 4 for warnings only, 5 when\n"
		"something is bad.\n"
		"\n"
		"  --json        for scripts\n"
		"  --list        the names of the checks, and what each looks "
		"at\n"
		"  --root DIR    a machine's files below DIR, not this one\n",
};

struct wish {
	bool json;
	bool list;
	const char *root;
};

static bool read_options(int argc, char **argv, struct wish *out,
			 int *out_exit)
{
	int c;

	while ((c = cg_ctl_options_next(&options, argc, argv,
					out_exit)) != -1) {
		if (c == CG_OPTIONS_STOP) {
			return false;
		}
		out->json = out->json || c == 'j';
		out->list = out->list || c == 'l';
		out->root = c == 'r' ? optarg : out->root;
	}
	return true;
}

/* false: out of memory. */
static bool look(TALLOC_CTX *mem_ctx,
		 const struct cg_ctl_check_machine *machine,
		 struct cg_ctl_check_rows *out)
{
	out->n = cg_ctl_check_list_n();
	out->of = talloc_zero_size(mem_ctx, out->n * sizeof(*out->of));
	for (size_t i = 0; out->of != NULL && i < out->n; i++) {
		struct cg_ctl_check_found *found =
			talloc_zero(mem_ctx, struct cg_ctl_check_found);

		out->of[i].check = cg_ctl_check_list_at(i);
		out->of[i].found = found;
		if (found != NULL) {
			out->of[i].check->fn(machine, found);
		}
		if (found == NULL || found->reason == NULL) {
			return false;
		}
	}
	return out->of != NULL;
}

static int exit_code(const struct cg_ctl_check_rows *rows)
{
	if (cg_ctl_check_text_count(rows, CG_CHECK_BAD) > 0) {
		return CG_EXIT_BAD;
	}
	return cg_ctl_check_text_count(rows, CG_CHECK_WARN) > 0 ? CG_EXIT_WARN
								: CG_EXIT_OK;
}

int cg_ctl_check(struct cg_ctl *ctl, int argc, char **argv)
{
	struct wish wish = { .root = NULL };
	struct cg_ctl_check_machine machine = { .prefix = "" };
	struct cg_ctl_check_rows rows;
	int code;

	if (!read_options(argc, argv, &wish, &code)) {
		return code;
	}
	if (wish.list) {
		cg_ctl_check_text_list(stdout);
		return CG_EXIT_OK;
	}
	machine.is_live = wish.root == NULL;
	machine.prefix = wish.root == NULL ? "" : wish.root;
	if (!look(ctl, &machine, &rows)) {
		cg_ctl_complain("out of memory");
		return CG_EXIT_FAILURE;
	}
	if (wish.json) {
		code = cg_ctl_json_print(cg_ctl_check_text_json(&rows));
		return code == CG_EXIT_OK ? exit_code(&rows) : code;
	}
	cg_ctl_check_text_print(&rows, stdout, cg_ctl_width(stdout));
	return exit_code(&rows);
}
