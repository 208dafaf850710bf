/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The winbind pipe front, where the settings want it. It has a life of its
 * own, for name look-ups do not wait for a vault; its sockets, its book and
 * its shelves stay open here, so that the next one goes on with everything. */
#ifndef CG_LAUNCH_FRONT_H
#define CG_LAUNCH_FRONT_H

#include <stdint.h>

#include "idl/start.h"
#include "idl/status.h"
#include "isolated-helper/launch/child.h"

struct cg_guardian;

struct cg_front {
	struct cg_child child;
	int pipe;
	int privileged;
	int shelves[CG_START_SHELVES][2];
	int book;
	int64_t begun_ms;
	int64_t due_ms;		/* when the next one starts */
	int delay_ms;
	char dir[256];		/* of the privileged pipe */
};

/* Makes what it needs, and starts it. Nothing where no front is wanted. */
CG_MUST_CHECK enum cg_status cg_front_begin(const struct cg_guardian *g);
/* Readable when it has ended; -1: nothing to wait for. */
int cg_front_pidfd(const struct cg_front *front);
/* How long nothing has to be done; -1: until pidfd is readable. */
int cg_front_due_ms(const struct cg_front *front);
/* Another one in the place of one that has ended. */
void cg_front_tend(const struct cg_guardian *g);
void cg_front_end(const struct cg_guardian *g);

#endif
