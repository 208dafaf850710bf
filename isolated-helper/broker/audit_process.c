/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See audit_process.h. */
#include "isolated-helper/broker/audit_process.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "isolated-helper/broker/audit_record.h"
#include "isolated-helper/broker/program.h"

#define TEXT_LEN 512

static void read_line(pid_t pid, const char *name, char text[TEXT_LEN])
{
	char path[64];
	ssize_t n = 0;
	int fd;

	(void)snprintf(path, sizeof(path), "/proc/%d/%s", (int)pid, name);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd >= 0) {
		n = read(fd, text, TEXT_LEN - 1);
		(void)close(fd);
	}
	text[n > 0 ? n : 0] = '\0';
	text[strcspn(text, "\n")] = '\0';
}

void cg_audit_process_read(pid_t pid, char *program, char *cgroup)
{
	char text[TEXT_LEN];

	read_line(pid, "comm", text);
	(void)snprintf(program, CG_AUDIT_PROGRAM_LEN, "%.*s",
		       CG_AUDIT_PROGRAM_LEN - 1, text);
	cg_program_cgroup(pid, cgroup, CG_AUDIT_CGROUP_LEN);
}
