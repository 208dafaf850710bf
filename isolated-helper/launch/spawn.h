/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A new process, from clone to exec. Until then a stream socket, the link,
 * joins both sides: the parent says go, the child what it could not do. */
#ifndef CG_LAUNCH_SPAWN_H
#define CG_LAUNCH_SPAWN_H

#include <stddef.h>
#include <sys/types.h>

#include "idl/status.h"

struct cg_child;

/* Returns twice, as fork does; out->pid is 0 in the child. On failure says
 * so on stderr. clone_flags: CLONE_NEWNS and the like; uid: whose it becomes,
 * by its own doing. */
CG_MUST_CHECK enum cg_status cg_spawn(const char *name,
				      unsigned int clone_flags, uid_t uid,
				      struct cg_child *out, int *link);

/* In the child: waits for the parent; its death ends the child. */
void cg_spawn_wait_go(int link);
/* In the child: ends it when rc is negative; the parent logs what and why. */
void cg_spawn_must(int link, int rc, const char *what);
/* In the child: ends it; the parent logs what, and errno. */
_Noreturn void cg_spawn_fail(int link, const char *what);
/* In the child: fds become 3, 4, ...; exec closes all others above 2. */
void cg_spawn_place(int link, int *fds, size_t n);
/* In the child. */
_Noreturn void cg_spawn_exec(int link, const char *path, char **argv,
			     char **envp);

/* In the parent: waits for the exec; when there was none, logs why. Closes
 * the link. */
CG_MUST_CHECK enum cg_status cg_spawn_go(const struct cg_child *child,
					 int link);

#endif
