/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ordinary memory in place of arena.c. Only for the control build of the
 * tests, which shows that a thief's tools do find secrets when the arena is
 * not there; never installed. */
#include "isolated-helper/vault/arena.h"

#include <sys/mman.h>

enum cg_status cg_arena_open(size_t heap_len, bool may_lock,
			     struct cg_arena *out)
{
	size_t len = CG_STACK_LEN + heap_len;
	uint8_t *p = mmap(NULL, len, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	(void)may_lock;
	*out = (struct cg_arena){ 0 };
	if (p == MAP_FAILED) {
		return CG_E_SYSTEM;
	}
	out->stack = p;
	out->heap = p + CG_STACK_LEN;
	out->heap_len = heap_len;
	return CG_OK;
}
