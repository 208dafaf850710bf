/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See ctl_policy_rule.h. */
#include "plugin/client/ctl_policy_rule.h"

#include "idl/policy.h"

static const struct {
	enum cg_policy_protocol bit;
	const char *name;
} protocols[] = {
	{ CG_POLICY_KERBEROS, "kerberos" },
	{ CG_POLICY_NTLM, "ntlm" },
	{ CG_POLICY_DELEGATION, "delegation" },
	{ CG_POLICY_FOR_USER, "for_user" },
};

static const size_t n_protocols = sizeof(protocols) / sizeof(protocols[0]);

/* Bytes of a file that was read: printable, or the parser refused them. */
static void print_list(const char *before, const char *key,
		       struct cg_bytes list, FILE *file)
{
	if (list.len > 0) {
		/* The cast: at most CG_POLICY_LIST_MAX. */
		(void)fprintf(file, "%s%s = %.*s\n", before, key,
			      (int)list.len, (const char *)list.data);
	}
}

static void print_protocols(const struct cg_policy_rule *rule, FILE *file,
			    const char *before)
{
	const char *comma = "";

	(void)fprintf(file, "%sprotocol = ", before);
	for (size_t i = 0; i < n_protocols; i++) {
		if ((rule->protocols & (uint32_t)protocols[i].bit) != 0) {
			(void)fprintf(file, "%s%s", comma, protocols[i].name);
			comma = ", ";
		}
	}
	(void)fputc('\n', file);
}

static bool has(const struct cg_policy_rule *rule, enum cg_policy_flag flag)
{
	return (rule->flags & (uint32_t)flag) != 0;
}

void cg_ctl_policy_rule_print(const struct cg_policy_rule *rule, FILE *file,
			      const char *before)
{
	/* The cast: at most CG_POLICY_NAME_MAX. */
	(void)fprintf(file, "%s[rule %.*s]\n", before, (int)rule->name.len,
		      (const char *)rule->name.data);
	print_list(before, "user", rule->users, file);
	print_list(before, "program", rule->programs, file);
	print_list(before, "target", rule->targets, file);
	print_protocols(rule, file, before);
	(void)fprintf(file, "%sallow = %s\n", before,
		      has(rule, CG_POLICY_ALLOW) ? "yes" : "no");
	if (has(rule, CG_POLICY_RC4)) {
		(void)fprintf(file, "%src4 = yes\n", before);
	}
	if (has(rule, CG_POLICY_BINDING)) {
		(void)fprintf(file, "%schannel_binding = require\n", before);
	}
	(void)fprintf(file, "%smode = %s\n", before,
		      has(rule, CG_POLICY_TRIAL) ? "audit" : "enforce");
}

static json_t *text(struct cg_bytes of)
{
	return of.len == 0 ? json_null()
			   : json_stringn((const char *)of.data, of.len);
}

json_t *cg_ctl_policy_rule_json(const struct cg_policy_rule *rule)
{
	json_t *names = json_array();

	for (size_t i = 0; i < n_protocols; i++) {
		if ((rule->protocols & (uint32_t)protocols[i].bit) != 0) {
			/* names may be NULL: this fails then. */
			(void)json_array_append_new(
				names, json_string(protocols[i].name));
		}
	}
	return json_pack("{s:o, s:o, s:o, s:o, s:o, s:b, s:b, s:b, s:s}",
			 "name", text(rule->name), "user", text(rule->users),
			 "program", text(rule->programs), "target",
			 text(rule->targets), "protocol", names, "allow",
			 has(rule, CG_POLICY_ALLOW), "rc4",
			 has(rule, CG_POLICY_RC4), "channel_binding",
			 has(rule, CG_POLICY_BINDING), "mode",
			 has(rule, CG_POLICY_TRIAL) ? "audit" : "enforce");
}
