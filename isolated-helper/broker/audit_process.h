/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the kernel shows everybody of a process. */
#ifndef CG_BROKER_AUDIT_PROCESS_H
#define CG_BROKER_AUDIT_PROCESS_H

#include <sys/types.h>

/* Its name, which it may change itself, and its cgroup; "" for what cannot be
 * read. Buffers are those of struct cg_audit_record. The path of its program
 * is not among them: only who may trace a process may read that link. */
void cg_audit_process_read(pid_t pid, char *program, char *cgroup);

#endif
