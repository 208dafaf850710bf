/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who changes a record has to wait for a turn, and holds it until the request
 * is over. Inside of offline logon, for offline*.c only. */
#ifndef CG_BROKER_OFFLINE_TURN_H
#define CG_BROKER_OFFLINE_TURN_H

#include <stdbool.h>
#include <talloc.h>
#include <tevent.h>

#include "idl/bytes.h"

struct cg_offline;

struct cg_offline_turn {
	struct cg_offline *offline;
	struct tevent_req *wait;	/* freed: the next one's turn */
};

/* came is called with req as its private data. false: req has failed. */
bool cg_offline_turn_take(struct tevent_req *req, struct cg_offline *offline,
			  struct cg_offline_turn *turn, tevent_req_fn came);
/* In came, which must not free subreq. false: the queue is gone. */
bool cg_offline_turn_came(struct tevent_req *subreq);
void cg_offline_turn_end(struct cg_offline_turn *turn);

/* In place of what it views. false: out of memory. */
bool cg_offline_turn_copy(TALLOC_CTX *mem_ctx, struct cg_bytes *b);

#endif
