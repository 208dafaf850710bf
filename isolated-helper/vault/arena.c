/* SPDX-License-Identifier: GPL-3.0-or-later */
/* memfd_secret(2) memory: pages that the kernel itself does not map, so that
 * neither /proc/PID/mem nor ptrace nor a core file can reach them. */
#include "isolated-helper/vault/arena.h"

#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef SYS_memfd_secret
#define SYS_memfd_secret 447
#endif

static void *map_secret(size_t len)
{
	void *p = MAP_FAILED;
	int fd = (int)syscall(SYS_memfd_secret, 0);

	if (fd < 0) {
		return MAP_FAILED;
	}
	if (ftruncate(fd, (off_t)len) == 0) {
		p = mmap(NULL, len, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
	}
	/* The descriptor is the authority to map it again. */
	close(fd);
	return p;
}

static void *map_locked(size_t len)
{
	void *p = mmap(NULL, len, PROT_READ | PROT_WRITE,
		       MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (p == MAP_FAILED) {
		return p;
	}
	if (mlock2(p, len, MLOCK_ONFAULT) != 0 ||
	    madvise(p, len, MADV_DONTDUMP) != 0) {
		munmap(p, len);
		return MAP_FAILED;
	}
	return p;
}

enum cg_status cg_arena_open(size_t heap_len, bool may_lock,
			     struct cg_arena *out)
{
	size_t len = CG_GUARD_LEN + CG_STACK_LEN + heap_len;
	uint8_t *p = map_secret(len);
	bool secret = p != MAP_FAILED;

	*out = (struct cg_arena){ 0 };
	if (!secret && may_lock) {
		p = map_locked(len);
	}
	if (p == MAP_FAILED || mprotect(p, CG_GUARD_LEN, PROT_NONE) != 0) {
		return CG_E_SYSTEM;
	}
	out->stack = p + CG_GUARD_LEN;
	out->heap = out->stack + CG_STACK_LEN;
	out->heap_len = heap_len;
	out->secret = secret;
	return CG_OK;
}
