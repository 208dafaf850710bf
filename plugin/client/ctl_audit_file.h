/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The lines of the audit file, also while it grows and is moved away. */
#ifndef CG_CLIENT_CTL_AUDIT_FILE_H
#define CG_CLIENT_CTL_AUDIT_FILE_H

#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>
#include <talloc.h>

struct cg_ctl_audit_file {
	const char *path;
	FILE *file;			/* NULL: not open */
	dev_t dev;
	ino_t ino;
};

/* What credguard.conf names; "" for none, NULL when out of memory. */
const char *cg_ctl_audit_file_path(TALLOC_CTX *mem_ctx);
/* false: errno. */
bool cg_ctl_audit_file_open(struct cg_ctl_audit_file *file, const char *path);
/* The next whole line without its newline, valid until the next call; NULL:
 * there is none now. */
const char *cg_ctl_audit_file_next(struct cg_ctl_audit_file *file,
				   char **buffer, size_t *size);
/* After NULL: waits a little, and goes over to a new file. */
void cg_ctl_audit_file_wait(struct cg_ctl_audit_file *file);

#endif
