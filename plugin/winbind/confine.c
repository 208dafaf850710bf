/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See confine.h. landlock(7), by the kernel's numbers: Debian 12's headers
 * lack the later ones. */
#include "plugin/winbind/confine.h"

#include <stddef.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "plugin/winbind/confine_filter.h"

#define GET_VERSION 1U
#define READING ((1U << 2) | (1U << 3))		/* files and directories */

struct ruleset {
	uint64_t fs;
	uint64_t net;		/* ABI 4: TCP */
	uint64_t scoped;	/* ABI 6: abstract sockets, signals */
};

static const struct {
	long abi;
	struct ruleset rights;
	size_t size;
} versions[] = {
	{ 1, { .fs = 0x1fffU & ~READING }, 8 },
	{ 2, { .fs = 1U << 13 }, 8 },
	{ 3, { .fs = 1U << 14 }, 8 },
	{ 4, { .net = 0x3 }, 16 },
	{ 5, { .fs = 1U << 15 }, 16 },
	{ 6, { .scoped = 0x3 }, 24 },
};

/* No rule allows any of it anywhere: nothing is written, made, run. */
static enum cg_status give_up_files(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, GET_VERSION);
	struct ruleset all = { 0 };
	size_t size = 0;
	long ret;
	int fd;

	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
		if (abi >= versions[i].abi) {
			all.fs |= versions[i].rights.fs;
			all.net |= versions[i].rights.net;
			all.scoped |= versions[i].rights.scoped;
			size = versions[i].size;
		}
	}
	if (size == 0) {
		return CG_OK;
	}
	/* The cast: a descriptor. */
	fd = (int)syscall(SYS_landlock_create_ruleset, &all, size, 0U);
	if (fd < 0) {
		return CG_E_SYSTEM;
	}
	ret = syscall(SYS_landlock_restrict_self, fd, 0U);
	(void)close(fd);
	return ret == 0 ? CG_OK : CG_E_SYSTEM;
}

enum cg_status cg_confine(void)
{
	enum cg_status st = give_up_files();

	return st == CG_OK ? cg_confine_filter() : st;
}
