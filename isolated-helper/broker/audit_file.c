/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See audit_file.h. */
#include "isolated-helper/broker/audit_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

void cg_audit_file_init(struct cg_audit_file *file, const char *path)
{
	*file = (struct cg_audit_file){ .path = path, .fd = -1 };
}

void cg_audit_file_close(struct cg_audit_file *file)
{
	if (file->fd >= 0) {
		(void)close(file->fd);
	}
	file->fd = -1;
}

static bool is_current(const struct cg_audit_file *file)
{
	struct stat sb;

	return file->fd >= 0 && stat(file->path, &sb) == 0 &&
	       sb.st_dev == file->dev && sb.st_ino == file->ino;
}

/* The group, adm, comes from the directory. */
static bool open_anew(struct cg_audit_file *file)
{
	struct stat sb;

	cg_audit_file_close(file);
	file->fd = open(file->path, O_WRONLY | O_APPEND | O_CREAT |
			O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC, 0640);
	if (file->fd < 0) {
		return false;
	}
	/* The umask took the group's right. */
	if (fstat(file->fd, &sb) != 0 || !S_ISREG(sb.st_mode) ||
	    (sb.st_uid == geteuid() && fchmod(file->fd, 0640) != 0)) {
		cg_audit_file_close(file);
		return false;
	}
	file->dev = sb.st_dev;
	file->ino = sb.st_ino;
	return true;
}

/* A disk that was nearly full took a part of the line. */
static void take_back(const struct cg_audit_file *file, ssize_t n)
{
	struct stat sb;

	if (n <= 0 || fstat(file->fd, &sb) != 0 || sb.st_size < n) {
		return;
	}
	if (ftruncate(file->fd, sb.st_size - n) != 0) {
		/* Readers pass over what is no whole line. */
		return;
	}
}

bool cg_audit_file_append(struct cg_audit_file *file, const char *line,
			  size_t len)
{
	ssize_t n;

	if (!is_current(file) && !open_anew(file)) {
		return false;
	}
	n = write(file->fd, line, len);
	if (n >= 0 && (size_t)n == len) {
		return true;
	}
	take_back(file, n);
	return false;
}
