/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One client and its own connection to winbindd, which is opened with the
 * first request. Requests and answers alternate; what passes through stays in
 * the kernel's queues until it has been passed on. */
#ifndef CG_WINBIND_LINK_H
#define CG_WINBIND_LINK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <tevent.h>

#include "idl/status.h"
#include "plugin/winbind/book.h"
#include "plugin/winbind/request.h"

struct cg_front;

/* Of a request that is not passed on as it lies: cut in pieces, or answered
 * here. Not talloc's, for passwords are in it; wiped before it is freed. */
struct cg_held {
	size_t len;
	size_t want;
	struct cg_wb_verdict verdict;
	bool is_judged;
	uint8_t bytes[CG_WB_REQUEST_LEN + 16384];
};

struct cg_link {
	struct cg_front *front;
	struct cg_slot *slot;
	int client;
	int upstream;		/* -1: none yet */
	struct tevent_fd *client_event;
	struct tevent_fd *upstream_event;
	struct tevent_timer *retry;	/* of connecting to winbindd */
	struct tevent_timer *doubt;	/* whether something arrived */
	struct tevent_timer *deadline;	/* for who is slow */
	uint32_t n_tries;
	bool client_is_full;	/* does not take more of an answer now */
	bool upstream_is_full;
	bool upstream_is_over;	/* winbindd has hung up during an answer */
	struct cg_held *held;
	struct tevent_req *own;	/* an answer that is being made */
};

/* Takes both descriptors. NULL: out of memory, and they are closed. */
struct cg_link *cg_link_open(struct cg_front *front, struct cg_slot *slot,
			     int client);
/* Watches winbindd's end from now on. */
CG_MUST_CHECK enum cg_status cg_link_adopt(struct cg_link *link, int upstream);
/* Both ends see it at once. */
void cg_link_close(struct cg_link *link);
/* After a restart; may close it. */
void cg_link_resume(struct cg_link *link);

#endif
