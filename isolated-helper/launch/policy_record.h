/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the policy lock keeps: values that protect something by the names of
 * their keys, then the rules, compiled. A key that is not in it had its
 * default; one that is not known any more does not count. */
#ifndef CG_LAUNCH_POLICY_RECORD_H
#define CG_LAUNCH_POLICY_RECORD_H

#include "idl/policy.h"
#include "idl/policy_strength.h"

/* out is cap bytes. CG_E_LIMIT: they do not do. */
CG_MUST_CHECK enum cg_status cg_policy_record_write(
	const struct cg_policy_strength *strength, struct cg_bytes rules,
	uint8_t *out, size_t cap, size_t *len);
/* rules: a part of record. CG_E_INVALID: it is none. */
CG_MUST_CHECK enum cg_status cg_policy_record_read(
	struct cg_bytes record, struct cg_policy_strength *strength,
	struct cg_bytes *rules);

#endif
