/* SPDX-License-Identifier: GPL-3.0-or-later */
/* credguardctl policy show: a file that would mean the same. */
#include "plugin/client/ctl_policies.h"

#include <string.h>

#include "idl/policy_compare.h"
#include "plugin/client/ctl_json.h"
#include "plugin/client/ctl_options.h"
#include "plugin/client/ctl_policy_file.h"
#include "plugin/client/ctl_policy_rule.h"

static const struct option long_options[] = {
	{ "json", no_argument, NULL, 'j' },
	{ "file", required_argument, NULL, 'f' },
	{ "help", no_argument, NULL, 'h' },
	{ 0 },
};

static const struct cg_ctl_options options = {
	.short_options = ":h",
	.long_options = long_options,
	.help = "Usage: credguardctl policy show [--json] [--file FILE]\n"
		"\n"
		"Shows every key with the value that holds, and from which\n"
		"line it comes (# default: from none), then the rules in the\n"
		"order in which they are tried. Rules with mode = off are\n"
		"left out, and so are the KDCs of [kdcs].\n"
		"\n"
		"  --json         for scripts\n"
		"  --file FILE    instead of /etc/credguard/credguard.conf\n",
};

static void print_value(const struct cg_ctl_policy *policy, size_t i)
{
	const struct cg_ctl_policy_key *key = cg_ctl_policy_keys_at(i);
	const struct cg_ctl_policy_value *value = &policy->values[i];

	if (i == 0 || strcmp(key->section,
			     cg_ctl_policy_keys_at(i - 1)->section) != 0) {
		(void)printf("%s[%s]\n", i == 0 ? "" : "\n", key->section);
	}
	if (value->text == NULL) {
		(void)printf("# %s is found in another way\n", key->name);
	} else if (value->line == 0) {
		(void)printf("%s = %s\t# default\n", key->name, value->text);
	} else {
		(void)printf("%s = %s\t# line %u\n", key->name, value->text,
			     value->line);
	}
}

static void print(const struct cg_ctl_policy *policy)
{
	struct cg_bytes all = cg_ctl_policy_file_rules(policy);
	struct cg_policy_rule rule;

	for (size_t i = 0; i < cg_ctl_policy_keys_n(); i++) {
		print_value(policy, i);
	}
	for (size_t i = 0; cg_policy_compare_at(all, i, &rule); i++) {
		(void)putchar('\n');
		cg_ctl_policy_rule_print(&rule, stdout, "");
	}
}

static json_t *values_json(const struct cg_ctl_policy *policy)
{
	json_t *sections = json_object();

	for (size_t i = 0; i < cg_ctl_policy_keys_n(); i++) {
		const struct cg_ctl_policy_key *key = cg_ctl_policy_keys_at(i);
		const struct cg_ctl_policy_value *value = &policy->values[i];
		json_t *section = json_object_get(sections, key->section);

		if (section == NULL) {
			section = json_object();
			(void)json_object_set_new(sections, key->section,
						  section);
		}
		(void)json_object_set_new(
			section, key->name,
			json_pack("{s:s?, s:o}", "value", value->text, "line",
				  value->line == 0 ? json_null()
				  : cg_ctl_json_number(value->line)));
	}
	return sections;
}

static json_t *rules_json(const struct cg_ctl_policy *policy)
{
	struct cg_bytes all = cg_ctl_policy_file_rules(policy);
	json_t *rules = json_array();
	struct cg_policy_rule rule;

	for (size_t i = 0; cg_policy_compare_at(all, i, &rule); i++) {
		json_t *one = cg_ctl_policy_rule_json(&rule);

		/* one may be NULL: this fails then. */
		(void)json_object_set_new(
			one, "line", cg_ctl_json_number(
				cg_ctl_policy_file_line(policy, rule.name)));
		(void)json_array_append_new(rules, one);
	}
	return rules;
}

int cg_ctl_policy_show(struct cg_ctl *ctl, int argc, char **argv)
{
	const struct cg_ctl_policy *policy;
	const char *file = NULL;
	bool json = false;
	int code = CG_EXIT_OK;
	int c;

	while ((c = cg_ctl_options_next(&options, argc, argv, &code)) != -1) {
		if (c == CG_OPTIONS_STOP) {
			return code;
		}
		json = json || c == 'j';
		file = c == 'f' ? optarg : file;
	}
	policy = cg_ctl_policy_file_good(ctl, file);
	if (policy == NULL) {
		return CG_EXIT_FAILURE;
	}
	if (json) {
		return cg_ctl_json_print(json_pack(
			"{s:i, s:s, s:o, s:o}", "schema", 1, "file",
			policy->path, "keys", values_json(policy), "rules",
			rules_json(policy)));
	}
	print(policy);
	return CG_EXIT_OK;
}
