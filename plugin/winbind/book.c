/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See book.h. Connections are few, so that everything is searched in order. */
#include "plugin/winbind/book.h"

#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

enum cg_status cg_book_open(int fd, struct cg_book **out)
{
	void *book;

	*out = NULL;
	if (ftruncate(fd, sizeof(struct cg_book)) != 0) {
		return CG_E_SYSTEM;
	}
	book = mmap(NULL, sizeof(struct cg_book), PROT_READ | PROT_WRITE,
		    MAP_SHARED, fd, 0);
	if (book == MAP_FAILED) {
		return CG_E_SYSTEM;
	}
	*out = book;
	return CG_OK;
}

void cg_book_touch(struct cg_book *book, struct cg_slot *slot)
{
	slot->used = ++book->clock;
}

struct cg_slot *cg_book_take(struct cg_book *book, uint32_t uid)
{
	for (uint32_t i = 0; i < CG_BOOK_SLOTS; i++) {
		struct cg_slot *slot = &book->slots[i];
		uint32_t generation = slot->generation + 1;

		if (slot->state != CG_SLOT_FREE) {
			continue;
		}
		*slot = (struct cg_slot){ .state = CG_SLOT_IDLE, .uid = uid,
					  .generation = generation };
		cg_book_touch(book, slot);
		return slot;
	}
	return NULL;
}

void cg_book_free(struct cg_slot *slot)
{
	slot->state = CG_SLOT_FREE;
}

uint32_t cg_book_count(const struct cg_book *book, uint32_t uid)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < CG_BOOK_SLOTS; i++) {
		n += book->slots[i].state != CG_SLOT_FREE &&
		     book->slots[i].uid == uid;
	}
	return n;
}

uint32_t cg_book_total(const struct cg_book *book)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < CG_BOOK_SLOTS; i++) {
		n += book->slots[i].state != CG_SLOT_FREE;
	}
	return n;
}

struct cg_slot *cg_book_oldest(struct cg_book *book, uint32_t uid)
{
	struct cg_slot *found = NULL;

	for (uint32_t i = 0; i < CG_BOOK_SLOTS; i++) {
		struct cg_slot *slot = &book->slots[i];

		if (slot->state == CG_SLOT_IDLE && slot->uid == uid &&
		    (found == NULL || slot->used < found->used)) {
			found = slot;
		}
	}
	return found;
}

struct cg_slot *cg_book_greediest(struct cg_book *book)
{
	const struct cg_slot *found = NULL;
	uint32_t most = 0;

	for (uint32_t i = 0; i < CG_BOOK_SLOTS; i++) {
		const struct cg_slot *slot = &book->slots[i];
		uint32_t n;

		if (slot->state != CG_SLOT_IDLE ||
		    (found != NULL && slot->uid == found->uid)) {
			continue;
		}
		n = cg_book_count(book, slot->uid);
		if (n > most) {
			most = n;
			found = slot;
		}
	}
	return found != NULL ? cg_book_oldest(book, found->uid) : NULL;
}
