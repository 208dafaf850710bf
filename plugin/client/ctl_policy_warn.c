/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules that are read well and do nothing: who wrote them meant something. */
#include "plugin/client/ctl_policies.h"

#include <string.h>

#include "idl/policy_compare.h"
#include "plugin/client/ctl_policy_file.h"

static void warn(struct cg_ctl_policy *policy,
		 const struct cg_policy_rule *rule, const char *text)
{
	cg_ctl_policy_file_find(policy,
				cg_ctl_policy_file_line(policy, rule->name),
				false, text);
}

/* The cast: at most CG_POLICY_NAME_MAX. */
#define NAME(rule) (int)(rule).name.len, (const char *)(rule).name.data

static void warn_of_shadow(struct cg_ctl_policy *policy, size_t i,
			   const struct cg_policy_rule *rule)
{
	struct cg_bytes all = cg_ctl_policy_file_rules(policy);
	struct cg_policy_rule above;

	for (size_t j = 0; j < i && cg_policy_compare_at(all, j, &above);
	     j++) {
		if (cg_policy_compare_covers(&above, rule)) {
			warn(policy, rule, talloc_asprintf(
				policy, "[rule %.*s] can never match: [rule "
				"%.*s] in line %u matches all that it does",
				NAME(*rule), NAME(above),
				cg_ctl_policy_file_line(policy, above.name)));
			return;
		}
	}
}

static bool has_byte(struct cg_bytes in, char c)
{
	return in.len > 0 && memchr(in.data, c, in.len) != NULL;
}

static void warn_of_effect(struct cg_ctl_policy *policy,
			   const struct cg_policy_rule *rule)
{
	size_t ntlm = cg_ctl_policy_keys_find("policy", "ntlm");
	bool is_off = strcmp(policy->values[ntlm].text, "no") == 0;

	if ((rule->flags & CG_POLICY_RC4) != 0 &&
	    (rule->protocols & ~(uint32_t)CG_POLICY_NTLM) == 0) {
		warn(policy, rule, talloc_asprintf(
			policy, "[rule %.*s]: rc4 is about Kerberos, and the "
			"rule is not", NAME(*rule)));
	}
	if ((rule->flags & CG_POLICY_BINDING) != 0 &&
	    (rule->protocols & CG_POLICY_NTLM) == 0) {
		warn(policy, rule, talloc_asprintf(
			policy, "[rule %.*s]: channel_binding is about NTLM, "
			"and the rule is not", NAME(*rule)));
	}
	if (is_off && rule->protocols == CG_POLICY_NTLM) {
		warn(policy, rule, talloc_asprintf(
			policy, "[rule %.*s] can never match: [policy] has "
			"ntlm = no", NAME(*rule)));
	}
	if (has_byte(rule->users, '\\')) {
		warn(policy, rule, talloc_asprintf(
			policy, "[rule %.*s]: user is compared with Kerberos "
			"names, USER@REALM, which have no \\", NAME(*rule)));
	}
}

void cg_ctl_policy_warn(struct cg_ctl_policy *policy)
{
	struct cg_bytes all = cg_ctl_policy_file_rules(policy);
	struct cg_policy_rule rule;

	if (policy->n_errors > 0) {
		return;		/* half of a rule proves nothing */
	}
	for (size_t i = 0; cg_policy_compare_at(all, i, &rule); i++) {
		warn_of_shadow(policy, i, &rule);
		warn_of_effect(policy, &rule);
	}
}
