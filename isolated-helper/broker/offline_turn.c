/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See offline_turn.h. */
#include "isolated-helper/broker/offline_turn.h"

#include "isolated-helper/broker/offline_state.h"

bool cg_offline_turn_take(struct tevent_req *req, struct cg_offline *offline,
			  struct cg_offline_turn *turn, tevent_req_fn came)
{
	turn->offline = offline;
	turn->wait = tevent_queue_wait_send(req, offline->ev, offline->queue);
	if (tevent_req_nomem(turn->wait, req)) {
		return false;
	}
	tevent_req_set_callback(turn->wait, came, req);
	return true;
}

bool cg_offline_turn_came(struct tevent_req *subreq)
{
	return tevent_queue_wait_recv(subreq);
}

void cg_offline_turn_end(struct cg_offline_turn *turn)
{
	TALLOC_FREE(turn->wait);
}

bool cg_offline_turn_copy(TALLOC_CTX *mem_ctx, struct cg_bytes *b)
{
	b->data = talloc_memdup(mem_ctx, b->data, b->len);
	return b->data != NULL;
}
