/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one region of memory that may hold secrets: heap and stack of this
 * process. Mapped once at its full size, faulted in as it is used. */
#ifndef CG_VAULT_ARENA_H
#define CG_VAULT_ARENA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "idl/status.h"

#define CG_STACK_LEN ((size_t)1 << 20)
#define CG_GUARD_LEN ((size_t)4096)

struct cg_arena {
	uint8_t *stack;		/* CG_STACK_LEN, above an inaccessible page */
	uint8_t *heap;
	size_t heap_len;
	bool secret;		/* memfd_secret, else locked ordinary memory */
};

/* heap_len: a power of two. may_lock: ordinary locked memory will do where
 * the kernel has no memfd_secret. */
CG_MUST_CHECK enum cg_status cg_arena_open(size_t heap_len, bool may_lock,
					   struct cg_arena *out);

#endif
