/* SPDX-License-Identifier: GPL-3.0-or-later */
/* credguardctl policy diff: what the guardian's lock asks, told in full. */
#include "plugin/client/ctl_policies.h"

#include "idl/policy_compare.h"
#include "plugin/client/ctl_json.h"
#include "plugin/client/ctl_options.h"
#include "plugin/client/ctl_policy_file.h"
#include "plugin/client/ctl_policy_rule.h"
#include "plugin/client/ctl_terminal.h"

#define VALUE_MAX 16U

static const struct option long_options[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static const struct cg_ctl_options options = {
	.short_options = ":h",
	.long_options = long_options,
	.help = "Usage: credguardctl policy diff [--json] OLD NEW\n"
		"\n"
		"Says what the file NEW makes weaker and what stronger than\n"
		"the file OLD, and for whom: the keys that protect,\n"
		"then rules that went (-) and came (+). A rule counts as\n"
		"weaker when it may be: one that refuses and was moved, say.\n"
		"The exit code is 0 when nothing is weaker, 5 otherwise.\n"
		"\n"
		"  --json    for scripts\n",
	.max_operands = 2,
};

struct compared {
	const struct cg_ctl_policy *before;
	const struct cg_ctl_policy *after;
	json_t *keys;		/* NULL: for people */
	json_t *rules;
	bool is_weaker;
	bool is_other;
};

static const char *said(struct compared *c, bool is_weaker)
{
	c->is_other = true;
	c->is_weaker = c->is_weaker || is_weaker;
	return is_weaker ? "weaker" : "stronger";
}

static void tell_word(const char *text, bool is_weaker)
{
	enum cg_ctl_tint tint = is_weaker ? CG_TINT_BAD : CG_TINT_GOOD;

	(void)printf("%s%s%s: ", cg_ctl_tint_on(stdout, tint), text,
		     cg_ctl_tint_off(stdout, tint));
}

static void compare_key(struct compared *c, size_t i)
{
	const struct cg_policy_scale *scale = cg_policy_strength_scale(i);
	uint32_t old = c->before->strength.of[i];
	uint32_t new = c->after->strength.of[i];
	int way = cg_policy_strength_compare(i, old, new);
	char was[VALUE_MAX];
	char is[VALUE_MAX];
	const char *text;

	if (way == 0) {
		return;
	}
	cg_policy_strength_text(i, old, was, sizeof(was));
	cg_policy_strength_text(i, new, is, sizeof(is));
	text = said(c, way < 0);
	if (c->keys != NULL) {
		(void)json_array_append_new(c->keys, json_pack(
			"{s:s, s:s, s:s, s:s, s:s}", "change", text, "section",
			scale->section, "key", scale->name, "old", was, "new",
			is));
		return;
	}
	tell_word(text, way < 0);
	(void)printf("[%s] %s: was %s, is %s\n", scale->section, scale->name,
		     was, is);
}

static void got_rule(void *arg, const struct cg_policy_difference *found)
{
	struct compared *c = arg;
	bool is_weaker = found->change == CG_POLICY_WEAKER;
	const char *text = said(c, is_weaker);

	if (c->rules != NULL) {
		(void)json_array_append_new(c->rules, json_pack(
			"{s:s, s:b, s:o}", "change", text, "new",
			found->is_new, "rule",
			cg_ctl_policy_rule_json(&found->rule)));
		return;
	}
	tell_word(text, is_weaker);
	(void)printf("a rule that %s, for\n",
		     found->is_new ? "came" : "went");
	cg_ctl_policy_rule_print(&found->rule, stdout,
				 found->is_new ? "  + " : "  - ");
}

static int compare(struct compared *c, bool json)
{
	int code = CG_EXIT_OK;

	if (json) {
		c->keys = json_array();
		c->rules = json_array();
	}
	for (size_t i = 0; i < CG_POLICY_SCALES; i++) {
		compare_key(c, i);
	}
	cg_policy_compare(cg_ctl_policy_file_rules(c->before),
			  cg_ctl_policy_file_rules(c->after), got_rule, c);
	if (json) {
		/* pack fails where one is NULL. */
		code = cg_ctl_json_print(json_pack(
			"{s:i, s:b, s:o, s:o}", "schema", 1, "weaker",
			c->is_weaker, "keys", c->keys, "rules", c->rules));
	} else if (!c->is_other) {
		(void)puts("nothing is weaker or stronger");
	}
	return code == CG_EXIT_OK && c->is_weaker ? CG_EXIT_BAD : code;
}

int cg_ctl_policy_diff(struct cg_ctl *ctl, int argc, char **argv)
{
	struct compared c = { .is_weaker = false };
	bool json = false;
	int code = CG_EXIT_OK;
	int o;

	while ((o = cg_ctl_options_next(&options, argc, argv, &code)) != -1) {
		if (o == CG_OPTIONS_STOP) {
			return code;
		}
		json = json || o == 'j';
	}
	if (argc - optind != 2) {
		cg_ctl_complain("two files are needed; see: credguardctl %s "
				"--help", argv[0]);
		return CG_EXIT_USAGE;
	}
	c.before = cg_ctl_policy_file_good(ctl, argv[optind]);
	c.after = cg_ctl_policy_file_good(ctl, argv[optind + 1]);
	if (c.before == NULL || c.after == NULL) {
		return CG_EXIT_FAILURE;
	}
	return compare(&c, json);
}
