/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The front as a whole: who is connected, and what all connections share. */
#ifndef CG_WINBIND_FRONT_H
#define CG_WINBIND_FRONT_H

#include <stdbool.h>
#include <stdint.h>
#include <talloc.h>
#include <tevent.h>

#include "idl/status.h"
#include "plugin/winbind/book.h"
#include "plugin/winbind/shelf.h"

#define CG_SCRATCH_LEN 65536U

struct cg_link;

enum { CG_PIPE_PLAIN, CG_PIPE_PRIVILEGED, CG_PIPE_COUNT };

/* What the guardian and the command line gave. */
struct cg_front_setup {
	int listen[CG_PIPE_COUNT];
	const char *upstream[CG_PIPE_COUNT];	/* paths of sockets */
	const char *privileged_dir;	/* the answer to PRIV_PIPE_DIR */
	const char *runtime_dir;	/* of the broker; NULL: the default */
	bool refuse_crap;	/* nobody's NTLM answers are judged here */
	int shelves;		/* the first descriptor of them */
	int book;
};

struct cg_front {
	struct tevent_context *ev;
	struct cg_front_setup setup;
	struct cg_book *book;
	uint8_t *scratch;	/* CG_SCRATCH_LEN; clean between its uses */
	uint32_t n_stale;	/* things on the shelves that nobody needs */
	struct cg_asker *asker;
	struct cg_link *links[CG_BOOK_SLOTS];
};

/* Goes on with what an earlier front left, then listens. */
struct cg_front *cg_front_open(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
			       const struct cg_front_setup *setup);

/* Puts an end of the connection in that slot on the shelves. */
void cg_front_keep(struct cg_front *front, uint32_t slot, uint32_t kind,
		   int fd);
/* Two things on the shelves have become useless. */
void cg_front_has_stale(struct cg_front *front);

#endif
