/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See scratch.h. */
#include "plugin/winbind/scratch.h"

#include <sys/mman.h>

uint8_t *cg_scratch_make(size_t len)
{
	void *memory = mmap(NULL, len, PROT_READ | PROT_WRITE,
			    MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED) {
		return NULL;
	}
	if (mlock(memory, len) != 0 ||
	    madvise(memory, len, MADV_DONTDUMP) != 0) {
		(void)munmap(memory, len);
		return NULL;
	}
	return memory;
}
