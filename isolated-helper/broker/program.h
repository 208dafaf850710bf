/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which program a peer is, as far as the kernel shows it to everybody. */
#ifndef CG_BROKER_PROGRAM_H
#define CG_BROKER_PROGRAM_H

#include <sys/types.h>

#include "idl/policy.h"

struct cg_peer;

struct cg_program {
	char cgroup[512];	/* version 2's; longer ones are cut */
	char label[256];	/* SELinux or AppArmor */
};

/* As much of a file of /proc/PID as there is room for, and its end; empty
 * where it cannot be read. */
void cg_program_file(pid_t pid, const char *name, char *text, size_t size);
/* The path in version 2's hierarchy, also where others are beside it; empty:
 * there is none. */
void cg_program_cgroup(pid_t pid, char *out, size_t size);
/* Both are empty of a process that is not there any more. */
void cg_program_read(const struct cg_peer *peer, struct cg_program *out);
/* A view. */
struct cg_policy_program cg_program_of(const struct cg_program *program);

#endif
