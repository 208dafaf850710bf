/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In a child, before exec: to become a user who has no right at all. */
#ifndef CG_LAUNCH_SPAWN_USER_H
#define CG_LAUNCH_SPAWN_USER_H

#include <stddef.h>
#include <sys/types.h>

struct cg_user;

/* Limits, standard input, uid and gids, for good; ends with the guardian.
 * group: the only one besides the user's own; NULL: none. */
void cg_spawn_user(int link, const struct cg_user *user, const gid_t *group,
		   pid_t guardian);
/* To the program's directory; name is how to call it from there. */
void cg_spawn_user_enter(int link, const char *path, char *name, size_t size);

#endif
