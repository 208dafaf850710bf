/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file in which the vault notes the newest record of each uid, so that an
 * old copy of one is refused after a restart as well. The broker cannot write
 * to it; who brings the whole directory back is not noticed. */
#ifndef CG_LAUNCH_STATE_SEEN_H
#define CG_LAUNCH_STATE_SEEN_H

#include "idl/status.h"

struct cg_state;

/* Fills in state->seen; where the file cannot be made it says so, and the
 * vault notes it in memory only. CG_E_DENIED: others than root may change
 * it. */
CG_MUST_CHECK enum cg_status cg_state_seen_open(struct cg_state *state);

#endif
