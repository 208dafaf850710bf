/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See trust.h. */
#include "isolated-helper/launch/trust.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "isolated-helper/launch/log.h"

static bool only_root_writes(const char *path)
{
	struct stat sb;

	return lstat(path, &sb) == 0 && sb.st_uid == 0 &&
	       (sb.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

enum cg_status cg_trust_check(const char *path, bool dev)
{
	/* One page is too much for a stack frame of ours. */
	char *real = realpath(path, NULL);
	enum cg_status st = CG_OK;
	char *end;

	if (real == NULL) {
		cg_log("%s: %s", path, strerror(errno));
		return CG_E_NOT_FOUND;
	}
	/* From the file upwards; the last round looks at "/". */
	for (end = real + strlen(real); !dev && end != NULL;
	     end = strrchr(real, '/')) {
		*end = '\0';
		if (!only_root_writes(end == real ? "/" : real)) {
			cg_log("%s: refused: others than root may change %s",
			       path, end == real ? "/" : real);
			st = CG_E_DENIED;
			break;
		}
	}
	free(real);
	return st;
}
