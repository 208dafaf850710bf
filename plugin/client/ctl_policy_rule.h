/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A rule as it stands in credguard.conf, and for scripts. */
#ifndef CG_CLIENT_CTL_POLICY_RULE_H
#define CG_CLIENT_CTL_POLICY_RULE_H

#include <jansson.h>
#include <stdio.h>

struct cg_policy_rule;

/* Each line behind before. */
void cg_ctl_policy_rule_print(const struct cg_policy_rule *rule, FILE *file,
			      const char *before);
/* NULL: out of memory. */
json_t *cg_ctl_policy_rule_json(const struct cg_policy_rule *rule);

#endif
