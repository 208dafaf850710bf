/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks are powers of two; a freed block merges with its buddy (the block
 * whose offset differs in just the bit of their size). */
#include "isolated-helper/vault/heap.h"

#include <stdlib.h>
#include <string.h>

#define HEADER_LEN 16U
#define STATE_USED 0x75736564U
#define STATE_FREE 0x66726565U

struct cg_heap_block {
	uint32_t state;
	uint32_t order;
	uint64_t pad;
	struct cg_heap_block *next;	/* only while free */
	struct cg_heap_block *prev;
};

_Static_assert(sizeof(struct cg_heap_block) == 1U << CG_HEAP_MIN_ORDER,
	       "the smallest block holds a free block's links");

static size_t order_len(unsigned int order)
{
	return (size_t)1 << order;
}

static void push(struct cg_heap *h, struct cg_heap_block *b,
		 unsigned int order)
{
	b->state = STATE_FREE;
	b->order = order;
	b->prev = NULL;
	b->next = h->free[order];
	if (b->next != NULL) {
		b->next->prev = b;
	}
	h->free[order] = b;
}

/* Leaves no trace of the list in the block. */
static void unlink_block(struct cg_heap *h, struct cg_heap_block *b)
{
	if (b->prev != NULL) {
		b->prev->next = b->next;
	} else {
		h->free[b->order] = b->next;
	}
	if (b->next != NULL) {
		b->next->prev = b->prev;
	}
	explicit_bzero(b, sizeof(*b));
}

void cg_heap_init(struct cg_heap *h, uint8_t *base, size_t len)
{
	*h = (struct cg_heap){ .base = base };
	while (order_len(h->top_order) < len) {
		h->top_order++;
	}
	push(h, (void *)base, h->top_order);
}

static unsigned int order_for(size_t len)
{
	unsigned int order = CG_HEAP_MIN_ORDER;

	while (order_len(order) < len + HEADER_LEN) {
		order++;
	}
	return order;
}

void *cg_heap_alloc(struct cg_heap *h, size_t len)
{
	struct cg_heap_block *b = NULL;
	unsigned int want;
	unsigned int order;

	if (len > order_len(h->top_order)) {
		return NULL;
	}
	want = order_for(len);
	order = want;
	while (order <= h->top_order && h->free[order] == NULL) {
		order++;
	}
	if (order > h->top_order) {
		return NULL;
	}
	b = h->free[order];
	unlink_block(h, b);
	while (order > want) {
		order--;
		push(h, (void *)((uint8_t *)b + order_len(order)), order);
	}
	b->state = STATE_USED;
	b->order = order;
	h->used += order_len(order);
	return (uint8_t *)b + HEADER_LEN;
}

bool cg_heap_owns(const struct cg_heap *h, const void *p)
{
	const uint8_t *q = p;

	return h->base != NULL && q >= h->base &&
	       q < h->base + order_len(h->top_order);
}

static struct cg_heap_block *block_of(const struct cg_heap *h, const void *p)
{
	size_t at;
	struct cg_heap_block *b = NULL;

	if (!cg_heap_owns(h, p)) {
		abort();
	}
	at = (size_t)((const uint8_t *)p - h->base) - HEADER_LEN;
	if (at % order_len(CG_HEAP_MIN_ORDER) != 0) {
		abort();
	}
	b = (void *)(h->base + at);
	if (b->state != STATE_USED || b->order > h->top_order) {
		abort();
	}
	return b;
}

size_t cg_heap_room(const struct cg_heap *h, const void *p)
{
	return order_len(block_of(h, p)->order) - HEADER_LEN;
}

void cg_heap_free(struct cg_heap *h, void *p)
{
	struct cg_heap_block *b = block_of(h, p);
	unsigned int order = b->order;
	size_t at = (size_t)((uint8_t *)b - h->base);

	explicit_bzero(b, order_len(order));
	h->used -= order_len(order);
	while (order < h->top_order) {
		struct cg_heap_block *buddy =
			(void *)(h->base + (at ^ order_len(order)));

		if (buddy->state != STATE_FREE || buddy->order != order) {
			break;
		}
		unlink_block(h, buddy);
		at &= ~order_len(order);
		order++;
	}
	push(h, (void *)(h->base + at), order);
}
