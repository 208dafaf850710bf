/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts a program as a user who has no right at all. */
#ifndef CG_LAUNCH_SPAWN_ORDER_H
#define CG_LAUNCH_SPAWN_ORDER_H

#include <stdbool.h>
#include <sys/types.h>

#include "idl/status.h"

struct cg_child;
struct cg_order;
struct cg_user;

struct cg_spawn_plan {
	const char *name;		/* static */
	const char *program;
	const struct cg_user *user;
	const gid_t *group;		/* one more; NULL: none */
	bool dev;
};

/* The program gets copies of the descriptors. *out is the caller's to kill, on
 * failure too. */
CG_MUST_CHECK enum cg_status cg_spawn_order(const struct cg_spawn_plan *plan,
					    struct cg_order *order,
					    struct cg_child *out);

#endif
