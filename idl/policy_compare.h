/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether one list of compiled rules (policy.h) may allow more than another.
 * In doubt it may: a rule that refuses was moved, say. */
#ifndef CG_IDL_POLICY_COMPARE_H
#define CG_IDL_POLICY_COMPARE_H

#include "idl/policy.h"

enum cg_policy_change {
	CG_POLICY_STRONGER = 1,		/* or of no effect */
	CG_POLICY_WEAKER
};

struct cg_policy_difference {
	enum cg_policy_change change;
	bool is_new;			/* a rule of the later list, not of
					 * the earlier one */
	struct cg_policy_rule rule;
};

typedef void (*cg_policy_tell)(void *arg,
			       const struct cg_policy_difference *found);

/* Rules that went first, then those that came. Both lists were checked. */
void cg_policy_compare(struct cg_bytes before, struct cg_bytes after,
		       cg_policy_tell tell, void *arg);
/* Whether a matches all that b does. */
bool cg_policy_compare_covers(const struct cg_policy_rule *a,
			      const struct cg_policy_rule *b);
/* The i-th rule; false: there are fewer. */
bool cg_policy_compare_at(struct cg_bytes compiled, size_t i,
			  struct cg_policy_rule *out);

#endif
