/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state of every connection, in memory that outlives this process: the
 * guardian's next front goes on where a killed one stopped. No byte of a
 * message is ever in it. */
#ifndef CG_WINBIND_BOOK_H
#define CG_WINBIND_BOOK_H

#include <stdbool.h>
#include <stdint.h>

#include "idl/status.h"

#define CG_BOOK_SLOTS 1024U

enum cg_slot_state {
	CG_SLOT_FREE,
	CG_SLOT_IDLE,		/* nothing of a request was passed on */
	CG_SLOT_PASSING,	/* a request is being written to winbindd */
	CG_SLOT_WAITING,	/* for the answer; more may be to be passed */
	CG_SLOT_MOVING,		/* a piece of the answer is being written */
	CG_SLOT_REPLYING,	/* between two pieces */
	CG_SLOT_OWN,		/* a request that the front answers */
};

struct cg_slot {
	uint32_t state;
	uint32_t generation;	/* tells users of the same slot apart */
	uint32_t uid;
	uint32_t is_privileged;
	uint32_t asks_version;	/* the answer tells which one it is */
	uint32_t to_drop;	/* passed on, but still in a queue */
	uint32_t request_left;
	uint32_t reply_left;
	uint32_t moving;	/* of the answer, at this moment */
	uint64_t used;		/* when it became idle; counts up */
};

struct cg_book {
	uint32_t version;	/* what winbindd said last */
	uint32_t reserved;
	uint64_t clock;
	struct cg_slot slots[CG_BOOK_SLOTS];
};

/* fd is a memfd: empty, or the book of an earlier front. */
CG_MUST_CHECK enum cg_status cg_book_open(int fd, struct cg_book **out);

/* Becomes idle, or just was. */
void cg_book_touch(struct cg_book *book, struct cg_slot *slot);
/* A free one; NULL when there is none. */
struct cg_slot *cg_book_take(struct cg_book *book, uint32_t uid);
void cg_book_free(struct cg_slot *slot);
uint32_t cg_book_count(const struct cg_book *book, uint32_t uid);
uint32_t cg_book_total(const struct cg_book *book);
/* Of that uid the one that has been idle longest; NULL: none is. */
struct cg_slot *cg_book_oldest(struct cg_book *book, uint32_t uid);
/* Of who has the most among those who have an idle one. */
struct cg_slot *cg_book_greediest(struct cg_book *book);

#endif
