/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See machine_uid.h. */
#include "plugin/client/machine_uid.h"

#include <stdio.h>
#include <unistd.h>

enum found { IS_MAPPED, IS_NOT_MAPPED, IS_UNKNOWN };

/* A line is: the first uid here, the first outside, how many. */
static enum found search(FILE *map, uid_t uid, uid_t *outside)
{
	unsigned int first, there, count;
	int n;

	while ((n = fscanf(map, "%u %u %u", &first, &there, &count)) == 3) {
		if (uid >= first && uid - first < count) {
			*outside = there + (uid - first);
			return IS_MAPPED;
		}
	}
	return n == EOF && ferror(map) == 0 ? IS_NOT_MAPPED : IS_UNKNOWN;
}

static enum found look_up(uid_t uid, uid_t *outside)
{
	FILE *map = fopen("/proc/self/uid_map", "re");
	enum found found;

	*outside = uid;
	if (map == NULL) {
		return IS_UNKNOWN;
	}
	found = search(map, uid, outside);
	(void)fclose(map);
	return found;
}

static bool is_overflow(uid_t uid)
{
	FILE *file = fopen("/proc/sys/kernel/overflowuid", "re");
	unsigned int overflow;
	bool is;

	if (file == NULL) {
		return false;
	}
	is = fscanf(file, "%u", &overflow) == 1 && overflow == uid;
	(void)fclose(file);
	return is;
}

uid_t cg_machine_uid(void)
{
	uid_t outside;

	(void)look_up(geteuid(), &outside);
	return outside;
}

bool cg_machine_uid_is_root(uid_t uid)
{
	uid_t outside;

	return uid == 0 || (is_overflow(uid) &&
			    look_up(uid, &outside) == IS_NOT_MAPPED);
}
