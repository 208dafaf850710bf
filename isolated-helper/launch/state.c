/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See state.h. */
#include "isolated-helper/launch/state.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "isolated-helper/launch/log.h"
#include "isolated-helper/launch/settings.h"
#include "isolated-helper/launch/state_seen.h"
#include "isolated-helper/launch/users.h"

#define VERIFIERS "verifiers"

/* Opened by name only: its owner reads it, and root may not without a
 * capability that this service does not have. */
static int open_private(int at, const char *name, const struct cg_user *owner)
{
	bool made = mkdirat(at, name, 0700) == 0;
	int fd = openat(at, name,
			O_PATH | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);

	if (fd >= 0 && made &&
	    (fchownat(fd, "", owner->uid, owner->gid, AT_EMPTY_PATH) != 0)) {
		(void)close(fd);
		(void)unlinkat(at, name, AT_REMOVEDIR);
		return -1;
	}
	return fd;
}

static enum cg_status check(const char *path, int fd, uid_t owner)
{
	struct stat sb;

	if (fstat(fd, &sb) == 0 && sb.st_uid == owner &&
	    (sb.st_mode & (S_IWGRP | S_IWOTH)) == 0) {
		return CG_OK;
	}
	cg_log("%s: refused: only uid %u may own it and write to it", path,
	       (unsigned int)owner);
	return CG_E_DENIED;
}

static void go_without(const struct cg_settings *s)
{
	cg_log("no offline logon: %s: %s", s->state_dir, strerror(errno));
}

static enum cg_status open_verifiers(const struct cg_settings *s,
				     const struct cg_user *broker,
				     struct cg_state *out)
{
	out->verifiers = open_private(out->dir, VERIFIERS, broker);
	if (out->verifiers < 0) {
		go_without(s);
		(void)close(out->dir);
		out->dir = -1;
		return CG_OK;
	}
	return check(VERIFIERS, out->verifiers, broker->uid);
}

enum cg_status cg_state_open(const struct cg_settings *s,
			     const struct cg_user *broker,
			     struct cg_state *out)
{
	enum cg_status st;

	*out = (struct cg_state){ s->state_dir, -1, -1, -1,
				   CG_SEALING_NONE };
	(void)mkdir(s->state_dir, 0700);
	out->dir = open(s->state_dir,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (out->dir < 0) {
		go_without(s);
		return CG_OK;
	}
	st = check(s->state_dir, out->dir, 0);
	if (st == CG_OK) {
		st = open_verifiers(s, broker, out);
	}
	return st == CG_OK && out->dir >= 0 ? cg_state_seen_open(out) : st;
}
