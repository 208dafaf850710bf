/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts credguard-winbind as its own user. */
#ifndef CG_LAUNCH_SPAWN_FRONT_H
#define CG_LAUNCH_SPAWN_FRONT_H

#include "idl/status.h"

struct cg_child;
struct cg_guardian;
struct cg_order;

void cg_front_order(const struct cg_guardian *g, struct cg_order *out);
/* *out is the caller's to kill, on failure too. */
CG_MUST_CHECK enum cg_status cg_spawn_front(const struct cg_guardian *g,
					    struct cg_order *order,
					    struct cg_child *out);

#endif
