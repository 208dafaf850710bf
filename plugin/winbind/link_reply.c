/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The way of an answer, in pieces of at most the scratch buffer's size: what
 * the client does not take now stays in winbindd's queue. */
#include "plugin/winbind/link_state.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>

#include "plugin/winbind/front.h"

static bool may_come_later(void)
{
	return errno == EAGAIN || errno == EINTR;
}

static void learn_version(struct cg_link *link, const uint8_t *reply)
{
	if (link->slot->asks_version != 0 &&
	    cg_wb_u32(reply, 4) == CG_WB_OK) {
		link->front->book->version = cg_wb_u32(reply,
						       CG_WB_REPLY_DATA);
	}
}

/* winbindd's answers begin with one whole write; a single byte is its way of
 * closing. */
static enum cg_step begin_reply(struct cg_link *link, const uint8_t *reply,
				size_t len)
{
	uint32_t reply_len;

	if (len < CG_WB_REPLY_HEAD_LEN) {
		return CG_STEP_CLOSE;
	}
	reply_len = cg_wb_u32(reply, 0);
	if (reply_len < CG_WB_REPLY_LEN) {
		return CG_STEP_CLOSE;
	}
	learn_version(link, reply);
	link->slot->reply_left = reply_len;
	return CG_STEP_ON;
}

static enum cg_step write_piece(struct cg_link *link, const uint8_t *piece,
				size_t len)
{
	struct cg_slot *slot = link->slot;
	ssize_t n;

	if (len > slot->reply_left) {
		len = slot->reply_left;
	}
	/* The cast: at most the scratch buffer's length. */
	slot->moving = (uint32_t)len;
	slot->state = CG_SLOT_MOVING;
	n = send(link->client, piece, len, MSG_DONTWAIT | MSG_NOSIGNAL);
	if (n < 0 && !may_come_later()) {
		return CG_STEP_CLOSE;
	}
	link->client_is_full = n < 0;
	if (n > 0) {
		/* At most len. */
		slot->reply_left -= (uint32_t)n;
		slot->to_drop = (uint32_t)n;
		TALLOC_FREE(link->deadline);
	}
	slot->state = CG_SLOT_REPLYING;
	return CG_STEP_ON;
}

enum cg_step cg_link_move_reply(struct cg_link *link)
{
	struct cg_slot *slot = link->slot;
	uint8_t *scratch = link->front->scratch;
	enum cg_step step = CG_STEP_ON;
	ssize_t n = recv(link->upstream, scratch, CG_SCRATCH_LEN,
			 MSG_PEEK | MSG_DONTWAIT);

	if (n < 0 && may_come_later()) {
		link->client_is_full = false;
		return CG_STEP_WAIT;
	}
	if (n <= 0) {
		return CG_STEP_CLOSE;
	}
	if (slot->state == CG_SLOT_WAITING) {
		step = begin_reply(link, scratch, (size_t)n);
	}
	if (step == CG_STEP_ON) {
		step = write_piece(link, scratch, (size_t)n);
	}
	explicit_bzero(scratch, (size_t)n);
	if (step != CG_STEP_ON ||
	    cg_link_drop(link, link->upstream) != CG_OK) {
		return CG_STEP_CLOSE;
	}
	if (slot->reply_left == 0) {
		cg_link_idle(link);
	}
	return CG_STEP_ON;
}
