/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Replaces the C library's allocator (its manual: "Replacing malloc"). The
 * two objects below are the only mutable globals of the vault: malloc has no
 * argument to carry them. */
#include "isolated-helper/vault/malloc.h"

#include <errno.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "isolated-helper/vault/arena.h"
#include "isolated-helper/vault/heap.h"

#define EARLY_LEN ((size_t)1 << 17)

static struct cg_heap heap;
/* Before main there is no arena and no secret. */
static struct {
	_Alignas(32) uint8_t bytes[EARLY_LEN];
	struct cg_heap heap;
} early;

static struct cg_heap *heap_of(const void *p)
{
	return cg_heap_owns(&early.heap, p) ? &early.heap : &heap;
}

static struct cg_heap *current(void)
{
	if (heap.base != NULL) {
		return &heap;
	}
	if (early.heap.base == NULL) {
		cg_heap_init(&early.heap, early.bytes, EARLY_LEN);
	}
	return &early.heap;
}

void cg_malloc_use(const struct cg_arena *arena)
{
	cg_heap_init(&heap, arena->heap, arena->heap_len);
}

size_t cg_malloc_used(void)
{
	return heap.used;
}

__attribute__((visibility("default"))) void *malloc(size_t len)
{
	void *p = cg_heap_alloc(current(), len);

	if (p == NULL) {
		errno = ENOMEM;
	}
	return p;
}

__attribute__((visibility("default"))) void free(void *p)
{
	if (p != NULL) {
		cg_heap_free(heap_of(p), p);
	}
}

/* What cg_heap_alloc gives is zero already. */
__attribute__((visibility("default"))) void *calloc(size_t n, size_t len)
{
	size_t total = 0;

	if (__builtin_mul_overflow(n, len, &total)) {
		errno = ENOMEM;
		return NULL;
	}
	return malloc(total);
}

__attribute__((visibility("default"))) void *realloc(void *old, size_t len)
{
	void *p = NULL;
	size_t room;

	if (old == NULL) {
		return malloc(len);
	}
	room = cg_heap_room(heap_of(old), old);
	if (len <= room && len > room / 2) {
		return old;
	}
	p = malloc(len);
	if (p != NULL) {
		memcpy(p, old, len < room ? len : room);
		free(old);
	}
	return p;
}

/* Nothing in this process asks for more than malloc's own alignment. */
__attribute__((visibility("default")))
void *aligned_alloc(size_t align, size_t len)
{
	if (align > 16) {
		errno = ENOMEM;
		return NULL;
	}
	return malloc(len);
}

__attribute__((visibility("default")))
void *memalign(size_t align, size_t len);

void *memalign(size_t align, size_t len)
{
	return aligned_alloc(align, len);
}

__attribute__((visibility("default")))
int posix_memalign(void **out, size_t align, size_t len)
{
	void *p = aligned_alloc(align, len);

	if (p == NULL) {
		return ENOMEM;
	}
	*out = p;
	return 0;
}
