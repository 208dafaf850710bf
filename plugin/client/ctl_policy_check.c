/* SPDX-License-Identifier: GPL-3.0-or-later */
/* credguardctl policy check */
#include "plugin/client/ctl_policies.h"

#include <stdlib.h>

#include "plugin/client/ctl_json.h"
#include "plugin/client/ctl_options.h"
#include "plugin/client/ctl_policy_file.h"
#include "plugin/client/ctl_terminal.h"

static const struct option long_options[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static const struct cg_ctl_options options = {
	.short_options = ":h",
	.long_options = long_options,
	.help = "Usage: credguardctl policy check [--json] [FILE]\n"
		"\n"
		"Reads FILE, or /etc/credguard/credguard.conf, as credguard\n"
		"would, and tells what is wrong: FILE:LINE: and why. Then\n"
		"it warns of rules that can never match or have no effect.\n"
		"The exit code is 0 when nothing was found, 4 for warnings\n"
		"only, 5 when credguard would not start with this file.\n"
		"\n"
		"  --json    for scripts\n",
	.max_operands = 1,
};

static int by_line(const void *a, const void *b)
{
	const struct cg_ctl_policy_finding *x = a, *y = b;

	return x->line < y->line ? -1 : x->line > y->line ? 1 : 0;
}

static const char *word(const struct cg_ctl_policy_finding *f)
{
	return f->is_error ? "error" : "warning";
}

static int print_json(const struct cg_ctl_policy *policy)
{
	json_t *found = json_array();

	for (size_t i = 0; i < policy->n_findings; i++) {
		const struct cg_ctl_policy_finding *f = &policy->findings[i];

		/* found may be NULL: this fails then, and so does pack. */
		(void)json_array_append_new(
			found, json_pack("{s:o, s:s, s:s}", "line",
					 cg_ctl_json_number(f->line),
					 "kind", word(f), "text", f->text));
	}
	return cg_ctl_json_print(json_pack(
		"{s:i, s:s, s:b, s:o}", "schema", 1, "file", policy->path,
		"good", policy->n_errors == 0, "findings", found));
}

static void print(const struct cg_ctl_policy *policy)
{
	for (size_t i = 0; i < policy->n_findings; i++) {
		const struct cg_ctl_policy_finding *f = &policy->findings[i];
		enum cg_ctl_tint tint = f->is_error ? CG_TINT_BAD
						    : CG_TINT_WARN;

		(void)printf("%s:%u: %s%s%s: %s\n", policy->path, f->line,
			     cg_ctl_tint_on(stdout, tint), word(f),
			     cg_ctl_tint_off(stdout, tint), f->text);
	}
	if (policy->n_findings == 0) {
		(void)printf("%s: good\n", policy->path);
	}
}

static int exit_code(const struct cg_ctl_policy *policy)
{
	if (policy->n_errors > 0) {
		return CG_EXIT_BAD;
	}
	return policy->n_findings > 0 ? CG_EXIT_WARN : CG_EXIT_OK;
}

int cg_ctl_policy_check(struct cg_ctl *ctl, int argc, char **argv)
{
	struct cg_ctl_policy *policy;
	bool json = false;
	int code = CG_EXIT_OK;
	int c;

	while ((c = cg_ctl_options_next(&options, argc, argv, &code)) != -1) {
		if (c == CG_OPTIONS_STOP) {
			return code;
		}
		json = json || c == 'j';
	}
	policy = cg_ctl_policy_file_read(ctl, argv[optind]);
	if (policy == NULL) {
		return CG_EXIT_FAILURE;
	}
	cg_ctl_policy_warn(policy);
	if (policy->n_findings > 0) {
		qsort(policy->findings, policy->n_findings,
		      sizeof(*policy->findings), by_line);
	}
	if (json) {
		code = print_json(policy);
		return code == CG_EXIT_OK ? exit_code(policy) : code;
	}
	print(policy);
	return exit_code(policy);
}
