/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Is the vault that was just born protected as it must be? */
#ifndef CG_LAUNCH_PROTECTION_H
#define CG_LAUNCH_PROTECTION_H

#include "idl/status.h"

struct cg_birth;
struct cg_settings;

/* Logs what it has and what it lacks. CG_E_DENIED: it lacks what every
 * kernel gives, or what the configuration requires. */
CG_MUST_CHECK enum cg_status cg_protection_judge(const struct cg_settings *s,
						 const struct cg_birth *birth);

#endif
