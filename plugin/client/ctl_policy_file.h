/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A credguard.conf, read whole: what is wrong with it, line by line, and what
 * holds by it. */
#ifndef CG_CLIENT_CTL_POLICY_FILE_H
#define CG_CLIENT_CTL_POLICY_FILE_H

#include "idl/policy_strength.h"
#include "idl/policy_text.h"
#include "plugin/client/ctl_policy_keys.h"

#define CG_CTL_POLICY_DEFAULT "/etc/credguard/credguard.conf"

struct cg_ctl_policy_value {
	const char *text;	/* the default where line is 0 */
	unsigned int line;
};

struct cg_ctl_policy_line {
	char rule[CG_POLICY_NAME_MAX + 1];
	unsigned int line;	/* where it begins */
};

struct cg_ctl_policy_finding {
	unsigned int line;
	bool is_error;		/* else a warning */
	const char *text;
};

struct cg_ctl_policy {		/* a talloc chunk, parent of its texts */
	const char *path;
	struct cg_ctl_policy_value values[CG_CTL_POLICY_KEYS_MAX];
	struct cg_policy_strength strength;
	struct cg_policy_text text;
	struct cg_ctl_policy_line lines[CG_POLICY_RULES_MAX];
	size_t n_lines;
	struct cg_ctl_policy_finding *findings;
	size_t n_findings;
	size_t n_errors;
};

/* given NULL: the usual one. NULL: it said why, the file cannot be read. */
struct cg_ctl_policy *cg_ctl_policy_file_read(TALLOC_CTX *mem_ctx,
					      const char *given);
/* As above, and NULL as well, with each line on standard error, when there
 * are errors. */
struct cg_ctl_policy *cg_ctl_policy_file_good(TALLOC_CTX *mem_ctx,
					      const char *path);
struct cg_bytes cg_ctl_policy_file_rules(const struct cg_ctl_policy *policy);
/* Where a rule begins; 0: there is none of this name. */
unsigned int cg_ctl_policy_file_line(const struct cg_ctl_policy *policy,
				     struct cg_bytes rule);
void cg_ctl_policy_file_find(struct cg_ctl_policy *policy, unsigned int line,
			     bool is_error, const char *text);

#endif
