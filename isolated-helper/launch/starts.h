/* SPDX-License-Identifier: GPL-3.0-or-later */
/* With --units: where each unit fetches what it is started with. */
#ifndef CG_LAUNCH_STARTS_H
#define CG_LAUNCH_STARTS_H

#include "idl/status.h"
#include "isolated-helper/launch/pickup.h"

struct cg_guardian;

struct cg_starts {
	struct cg_pickup broker;
	struct cg_pickup front;
};

/* Without --units makes g->starts NULL, and nothing else. systemd is told that
 * we are ready then, for it starts the units after that. */
CG_MUST_CHECK enum cg_status cg_starts_open(struct cg_guardian *g);
void cg_starts_close(const struct cg_guardian *g);

#endif
