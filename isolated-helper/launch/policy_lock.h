/* SPDX-License-Identifier: GPL-3.0-or-later */
/* lock = yes in [policy]: what it was then is kept in a sealed record, and a
 * policy that is weaker is refused at every later start, with lock = no as
 * well. Who boots the kernel with CG_POLICY_UNLOCK takes it away. */
#ifndef CG_LAUNCH_POLICY_LOCK_H
#define CG_LAUNCH_POLICY_LOCK_H

#include "idl/sealing.h"
#include "idl/status.h"

#define CG_POLICY_UNLOCK "credguard.policy=unlock"

struct cg_sealing;
struct cg_settings;

/* Once, at the guardian's start. CG_E_DENIED: refused; the log has what is
 * weaker and the way out. held_by: what keeps it locked; CG_SEALING_NONE: it
 * is not locked. */
CG_MUST_CHECK enum cg_status cg_policy_lock_check(
	const struct cg_settings *settings, struct cg_sealing *sealing,
	enum cg_sealing_kind *held_by);
/* Before each broker, which reads the file itself: CG_E_DENIED when that has
 * become weaker since the guardian read it. */
CG_MUST_CHECK enum cg_status cg_policy_lock_again(
	const struct cg_settings *settings);

#endif
