/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A buddy allocator over one fixed region. Memory is zero when it is given
 * out, because all of it is wiped when it comes back: what a library forgets
 * to wipe does not outlive its free. One thread. */
#ifndef CG_VAULT_HEAP_H
#define CG_VAULT_HEAP_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define CG_HEAP_MIN_ORDER 5U	/* 32 bytes, half of it the header */
#define CG_HEAP_MAX_ORDER 32U

struct cg_heap_block;

struct cg_heap {
	uint8_t *base;
	unsigned int top_order;
	size_t used;		/* bytes of blocks given out */
	struct cg_heap_block *free[CG_HEAP_MAX_ORDER + 1];
};

/* base: zeroed, aligned to 32 bytes; len: a power of two of 32 or more. */
void cg_heap_init(struct cg_heap *h, uint8_t *base, size_t len);
/* Zeroed, aligned to 16 bytes; NULL when there is no room. */
void *cg_heap_alloc(struct cg_heap *h, size_t len);
/* Wipes. Aborts on a pointer that is not ours or was freed before. */
void cg_heap_free(struct cg_heap *h, void *p);
/* How many bytes p may hold. */
size_t cg_heap_room(const struct cg_heap *h, const void *p);
bool cg_heap_owns(const struct cg_heap *h, const void *p);

#endif
