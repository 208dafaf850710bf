/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One pair after the other until the guardian is told to end. */
#ifndef CG_LAUNCH_SUPERVISE_H
#define CG_LAUNCH_SUPERVISE_H

#include "idl/status.h"

struct cg_guardian;

/* CG_OK: told to end. An error: the very first pair did not start. */
CG_MUST_CHECK enum cg_status cg_supervise(const struct cg_guardian *g);

#endif
