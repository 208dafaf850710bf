/* SPDX-License-Identifier: GPL-3.0-or-later */
/* landlock(7): a rule set without a rule denies all that it handles. The
 * numbers are the kernel's ABI; Debian 12's headers lack the later ones. */
#include "isolated-helper/vault/landlock.h"

#include <stddef.h>
#include <sys/syscall.h>
#include <unistd.h>

#define GET_VERSION 1U

struct ruleset {
	uint64_t fs;
	uint64_t net;		/* ABI 4 */
	uint64_t scoped;	/* ABI 6 */
};

/* What each version of the ABI added. */
static const struct {
	uint32_t abi;
	struct ruleset rights;
	size_t size;
} versions[] = {
	{ 1, { .fs = 0x1fff }, 8 },
	{ 2, { .fs = 1 << 13 }, 8 },
	{ 3, { .fs = 1 << 14 }, 8 },
	{ 4, { .net = 0x3 }, 16 },
	{ 5, { .fs = 1 << 15 }, 16 },
	{ 6, { .scoped = 0x3 }, 24 },
};

uint32_t cg_landlock_deny_all(void)
{
	long abi = syscall(SYS_landlock_create_ruleset, NULL, 0, GET_VERSION);
	struct ruleset all = { 0 };
	size_t size = 0;
	long ret;
	int fd;

	for (size_t i = 0; i < sizeof(versions) / sizeof(versions[0]); i++) {
		if (abi >= (long)versions[i].abi) {
			all.fs |= versions[i].rights.fs;
			all.net |= versions[i].rights.net;
			all.scoped |= versions[i].rights.scoped;
			size = versions[i].size;
		}
	}
	if (size == 0) {
		return 0;
	}
	fd = (int)syscall(SYS_landlock_create_ruleset, &all, size, 0U);
	if (fd < 0) {
		return 0;
	}
	ret = syscall(SYS_landlock_restrict_self, fd, 0U);
	close(fd);
	return ret == 0 ? (uint32_t)abi : 0;
}
