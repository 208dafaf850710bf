/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See audit_process.h. */
#include "isolated-helper/broker/audit_process.h"

#include <string.h>

#include "isolated-helper/broker/audit_record.h"
#include "isolated-helper/broker/program.h"

void cg_audit_process_read(pid_t pid, char *program, char *cgroup)
{
	cg_program_file(pid, "comm", program, CG_AUDIT_PROGRAM_LEN);
	program[strcspn(program, "\n")] = '\0';
	cg_program_cgroup(pid, cgroup, CG_AUDIT_CGROUP_LEN);
}
