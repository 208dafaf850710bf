/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the TPM of the machine says of the policy lock, whatever lies on the
 * disk and whatever the configuration says of sealing. It is set after the
 * record is there and cleared before that goes: one without the other means
 * that somebody took the record away. */
#ifndef CG_LAUNCH_POLICY_MARK_H
#define CG_LAUNCH_POLICY_MARK_H

#include "idl/status.h"

struct cg_sealing;

enum cg_policy_mark {
	CG_POLICY_MARK_NONE,	/* or it cannot be asked; the log says so */
	CG_POLICY_MARK_OURS,	/* of the TPM that keeps the sealing key */
	CG_POLICY_MARK_OTHER	/* that TPM does not keep it */
};

enum cg_policy_mark cg_policy_mark_find(const struct cg_sealing *sealing);
/* In the TPM that keeps the sealing key; without one nothing. */
CG_MUST_CHECK enum cg_status cg_policy_mark_set(struct cg_sealing *sealing);
/* Wherever it may be. */
CG_MUST_CHECK enum cg_status cg_policy_mark_clear(struct cg_sealing *sealing);

#endif
