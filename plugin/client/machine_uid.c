/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See machine_uid.h. */
#include "plugin/client/machine_uid.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum found { IS_MAPPED, IS_NOT_MAPPED, IS_UNKNOWN };

/* The numbers of a line of the kernel's; how many there are. */
static size_t numbers(const char *line, uid_t *out, size_t max)
{
	size_t n = 0;

	while (n < max) {
		char *end;
		unsigned long one = strtoul(line, &end, 10);

		if (end == line) {
			break;
		}
		out[n++] = (uid_t)one;	/* the kernel's are uids */
		line = end;
	}
	return n;
}

enum { HERE, THERE, COUNT, N_OF_MAP };

/* A line is: the first uid here, the first outside, how many. */
static enum found search(FILE *map, uid_t uid, uid_t *outside)
{
	char line[64];
	uid_t of[N_OF_MAP];

	while (fgets(line, sizeof(line), map) != NULL) {
		if (numbers(line, of, N_OF_MAP) != N_OF_MAP) {
			return IS_UNKNOWN;
		}
		if (uid >= of[HERE] && uid - of[HERE] < of[COUNT]) {
			*outside = of[THERE] + (uid - of[HERE]);
			return IS_MAPPED;
		}
	}
	return ferror(map) == 0 ? IS_NOT_MAPPED : IS_UNKNOWN;
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
	char line[16];
	uid_t overflow;
	bool is;

	if (file == NULL) {
		return false;
	}
	is = fgets(line, sizeof(line), file) != NULL &&
	     numbers(line, &overflow, 1) == 1 && overflow == uid;
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
