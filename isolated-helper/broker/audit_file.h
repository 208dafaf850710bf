/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The file of events: only whole lines, appended; it may be moved away at any
 * time, and the disk may be full. */
#ifndef CG_BROKER_AUDIT_FILE_H
#define CG_BROKER_AUDIT_FILE_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

struct cg_audit_file {
	const char *path;
	int fd;				/* -1: not open */
	dev_t dev;			/* of what is open */
	ino_t ino;
};

void cg_audit_file_init(struct cg_audit_file *file, const char *path);
/* false: nothing of the line is in the file. */
bool cg_audit_file_append(struct cg_audit_file *file, const char *line,
			  size_t len);
void cg_audit_file_close(struct cg_audit_file *file);

#endif
