/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A front that is killed while it writes leaves open whether that arrived:
 * the reader may have been woken, and run, before the writer came to say so.
 * What happens next tells. */
#include "plugin/winbind/link_state.h"

#include <linux/sockios.h>
#include <sys/ioctl.h>
#include <sys/time.h>

#include "plugin/winbind/front.h"

#define ANSWER_S 3		/* winbindd says something by then, mostly */
#define CLIENT_US 100000	/* libwbclient has read it by then */

/* It was not passed on, as it seems: once more, from the client's queue. */
static enum cg_step repeat_request(struct cg_link *link)
{
	struct cg_slot *slot = link->slot;

	if (slot->to_drop == 0) {
		return CG_STEP_CLOSE;
	}
	cg_link_idle(link);
	return cg_link_take_request(link);
}

/* To a client that had it already it is the same as a closed connection: that
 * one finds something to read before its next request, and connects anew. */
static enum cg_step repeat_reply(struct cg_link *link)
{
	link->slot->state = CG_SLOT_REPLYING;
	return cg_link_move_reply(link);
}

static void time_is_up(struct tevent_context *ev, struct tevent_timer *timer,
		       struct timeval now, void *private_data)
{
	struct cg_link *link = talloc_get_type_abort(private_data,
						     struct cg_link);

	(void)ev;
	(void)timer;
	(void)now;
	TALLOC_FREE(link->doubt);
	cg_link_go_on(link, link->slot->state == CG_SLOT_PASSING ?
		      repeat_request(link) : repeat_reply(link));
}

static enum cg_step wait(struct cg_link *link, uint32_t s, uint32_t us)
{
	link->doubt = tevent_add_timer(link->front->ev, link,
				       tevent_timeval_current_ofs(s, us),
				       time_is_up, link);
	return link->doubt != NULL ? CG_STEP_WAIT : CG_STEP_CLOSE;
}

enum cg_step cg_link_doubt(struct cg_link *link)
{
	const struct cg_slot *slot = link->slot;
	int unread = 0;

	if (link->upstream < 0) {
		return CG_STEP_CLOSE;
	}
	if (slot->state == CG_SLOT_PASSING) {
		return slot->request_left == 0 ? wait(link, ANSWER_S, 0) :
		       CG_STEP_CLOSE;
	}
	/* Of a piece nobody could tell where the next one begins. */
	if (slot->moving == 0 || slot->moving != slot->reply_left) {
		return CG_STEP_CLOSE;
	}
	if (ioctl(link->client, SIOCOUTQ, &unread) == 0 && unread > 0) {
		return cg_link_reply_arrived(link);
	}
	return wait(link, 0, CLIENT_US);
}

enum cg_step cg_link_request_arrived(struct cg_link *link)
{
	TALLOC_FREE(link->doubt);
	link->slot->state = CG_SLOT_WAITING;
	if (cg_link_drop(link, link->client) != CG_OK) {
		return CG_STEP_CLOSE;
	}
	return cg_link_move_reply(link);
}

enum cg_step cg_link_reply_arrived(struct cg_link *link)
{
	struct cg_slot *slot = link->slot;

	TALLOC_FREE(link->doubt);
	slot->to_drop = slot->reply_left;
	slot->reply_left = 0;
	slot->state = CG_SLOT_REPLYING;
	if (cg_link_drop(link, link->upstream) != CG_OK) {
		return CG_STEP_CLOSE;
	}
	cg_link_idle(link);
	return CG_STEP_ON;
}
