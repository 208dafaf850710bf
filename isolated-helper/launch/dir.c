/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See dir.h. */
#include "isolated-helper/launch/dir.h"

#include <errno.h>
#include <stdbool.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "isolated-helper/launch/log.h"

static enum cg_status check_dir(const char *path, gid_t gid, mode_t mode)
{
	struct stat sb;

	if (lstat(path, &sb) != 0 || !S_ISDIR(sb.st_mode) || sb.st_uid != 0 ||
	    sb.st_gid != gid || (sb.st_mode & 07777) != mode) {
		cg_log("%s: must be a directory of root, mode 0%o, group %u",
		       path, (unsigned int)mode, (unsigned int)gid);
		return CG_E_DENIED;
	}
	return CG_OK;
}

/* With the group from the beginning: no right to change it is needed. */
enum cg_status cg_dir_make(const char *path, gid_t gid, mode_t mode)
{
	gid_t own = getegid();
	bool is_made, is_back;

	if (setegid(gid) != 0) {
		cg_log("group %u: %s", (unsigned int)gid, strerror(errno));
		return CG_E_SYSTEM;
	}
	is_made = mkdir(path, mode) == 0 && chmod(path, mode) == 0;
	is_back = setegid(own) == 0;
	if (!is_back || (!is_made && errno != EEXIST)) {
		cg_log("%s: mkdir: %s", path, strerror(errno));
		return CG_E_SYSTEM;
	}
	return check_dir(path, gid, mode);
}
