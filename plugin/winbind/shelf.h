/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where descriptors lie that must outlive this process: in the queues of pairs
 * of sockets, both ends of which the guardian keeps open. What is put in at
 * one end waits at the other until a front takes it out. A slot's things are
 * all on one shelf. */
#ifndef CG_WINBIND_SHELF_H
#define CG_WINBIND_SHELF_H

#include <stdbool.h>
#include <stdint.h>

#include "idl/status.h"

enum cg_label_kind {
	CG_LABEL_CLIENT = 1,	/* both ends of a connection, by its slot */
	CG_LABEL_UPSTREAM,
	CG_LABEL_MARK,		/* no descriptor: the end of a round */
};

struct cg_label {
	uint32_t kind;
	uint32_t slot;
	uint32_t generation;
	uint32_t time;		/* of a mark: tells it from older ones */
};

/* shelves: the first of CG_START_SHELVES pairs of descriptors, each the end
 * to put in and the end to take out. fd stays the caller's. */
CG_MUST_CHECK enum cg_status cg_shelf_put(int shelves,
					  const struct cg_label *label,
					  int fd);

struct cg_shelf_viewer {
	/* What is not wanted leaves the shelf and is closed. */
	bool (*is_wanted)(const struct cg_label *label, void *arg);
	/* May be NULL. Gets a copy of the descriptor, its to close. */
	void (*take)(const struct cg_label *label, int fd, void *arg);
	void *arg;
};

/* Shows everything once, what is on one shelf in the order in which it was
 * put there. */
CG_MUST_CHECK enum cg_status cg_shelf_walk(
	int shelves, const struct cg_shelf_viewer *viewer);

#endif
