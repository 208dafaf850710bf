/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See front.h: beginning, and going on where another front was killed. */
#include "plugin/winbind/front.h"

#include <string.h>
#include <unistd.h>

#include "plugin/winbind/accept.h"
#include "plugin/winbind/asker.h"
#include "plugin/winbind/link.h"
#include "plugin/winbind/log.h"
#include "plugin/winbind/scratch.h"

#define STALE_MAX 128U

/* Of a connection that is still there. */
static bool is_current(const struct cg_label *label, void *arg)
{
	const struct cg_front *front = arg;

	return label->slot < CG_BOOK_SLOTS &&
	       front->book->slots[label->slot].state != CG_SLOT_FREE &&
	       front->book->slots[label->slot].generation ==
		       label->generation;
}

static void take_client(struct cg_front *front, uint32_t i, int fd)
{
	struct cg_slot *slot = &front->book->slots[i];

	if (front->links[i] != NULL) {
		(void)close(fd);
		return;
	}
	if (cg_link_open(front, slot, fd) == NULL) {
		cg_book_free(slot);
	}
}

static void take(const struct cg_label *label, int fd, void *arg)
{
	struct cg_front *front = arg;
	struct cg_link *link = front->links[label->slot];

	if (label->kind == CG_LABEL_CLIENT) {
		take_client(front, label->slot, fd);
		return;
	}
	/* A client is put there before its other end. */
	if (link == NULL || link->upstream >= 0) {
		(void)close(fd);
		return;
	}
	if (cg_link_adopt(link, fd) != CG_OK) {
		cg_link_close(link);
	}
}

static enum cg_status clear_out(struct cg_front *front)
{
	const struct cg_shelf_viewer viewer = {
		.is_wanted = is_current, .arg = front,
	};

	front->n_stale = 0;
	return cg_shelf_walk(front->setup.shelves, &viewer);
}

void cg_front_has_stale(struct cg_front *front)
{
	front->n_stale += 2;
	if (front->n_stale >= STALE_MAX && clear_out(front) != CG_OK) {
		cg_log("the shelf is full");
	}
}

void cg_front_keep(struct cg_front *front, uint32_t slot, uint32_t kind,
		   int fd)
{
	const struct cg_label label = {
		.kind = kind, .slot = slot,
		.generation = front->book->slots[slot].generation,
	};
	enum cg_status st = cg_shelf_put(front->setup.shelves, &label, fd);

	if (st == CG_OK) {
		return;
	}
	if (clear_out(front) != CG_OK ||
	    cg_shelf_put(front->setup.shelves, &label, fd) != CG_OK) {
		/* It works all the same, until this process is killed. */
		cg_log("a connection would not outlive this process");
	}
}

static void resume_all(struct cg_front *front)
{
	uint32_t n = 0;

	for (uint32_t i = 0; i < CG_BOOK_SLOTS; i++) {
		struct cg_slot *slot = &front->book->slots[i];

		if (slot->state != CG_SLOT_FREE && front->links[i] == NULL) {
			cg_book_free(slot);
		}
		if (front->links[i] != NULL) {
			n++;
			cg_link_resume(front->links[i]);
		}
	}
	if (n > 0) {
		cg_log("goes on with %u connections", n);
	}
}

static enum cg_status begin(struct cg_front *front)
{
	const struct cg_shelf_viewer viewer = {
		.is_wanted = is_current, .take = take, .arg = front,
	};
	enum cg_status st = cg_book_open(front->setup.book, &front->book);

	if (st != CG_OK) {
		return st;
	}
	st = cg_shelf_walk(front->setup.shelves, &viewer);
	if (st != CG_OK) {
		return st;
	}
	resume_all(front);
	return cg_accept_begin(front);
}

struct cg_front *cg_front_open(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
			       const struct cg_front_setup *setup)
{
	struct cg_front *front = talloc_zero(mem_ctx, struct cg_front);

	if (front == NULL) {
		return NULL;
	}
	front->ev = ev;
	front->setup = *setup;
	front->scratch = cg_scratch_make(CG_SCRATCH_LEN);
	front->asker = cg_asker_open(front, ev, setup->runtime_dir);
	if (front->scratch == NULL || front->asker == NULL ||
	    begin(front) != CG_OK) {
		talloc_free(front);
		return NULL;
	}
	return front;
}
