/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See link.h: the events of a link, and its beginning and end. */
#include "plugin/winbind/link.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "plugin/winbind/front.h"
#include "plugin/winbind/link_state.h"

#define PATIENCE_S 60		/* with who stops in the middle of something */

static bool is_in_the_middle(const struct cg_link *link)
{
	return link->client_is_full || link->slot->request_left > 0 ||
	       (link->held != NULL && link->own == NULL);
}

static void patience_is_over(struct tevent_context *ev,
			     struct tevent_timer *timer, struct timeval now,
			     void *private_data)
{
	struct cg_link *link = talloc_get_type_abort(private_data,
						     struct cg_link);

	(void)ev;
	(void)timer;
	(void)now;
	cg_link_close(link);
}

static void watch_the_slow(struct cg_link *link)
{
	if (!is_in_the_middle(link)) {
		TALLOC_FREE(link->deadline);
		return;
	}
	if (link->deadline == NULL) {
		link->deadline = tevent_add_timer(
			link->front->ev, link,
			tevent_timeval_current_ofs(PATIENCE_S, 0),
			patience_is_over, link);
	}
}

static uint16_t client_flags(const struct cg_link *link)
{
	if (link->retry != NULL || link->upstream_is_full ||
	    link->slot->state == CG_SLOT_PASSING) {
		return 0;
	}
	if (link->client_is_full) {
		return TEVENT_FD_READ | TEVENT_FD_WRITE;
	}
	return TEVENT_FD_READ;
}

static uint16_t upstream_flags(const struct cg_link *link)
{
	if (link->client_is_full || link->upstream_is_over ||
	    link->slot->state == CG_SLOT_MOVING) {
		return 0;
	}
	if (link->upstream_is_full) {
		return TEVENT_FD_READ | TEVENT_FD_WRITE;
	}
	return TEVENT_FD_READ;
}

void cg_link_go_on(struct cg_link *link, enum cg_step step)
{
	if (step == CG_STEP_CLOSE ||
	    (link->upstream_is_over && link->slot->state == CG_SLOT_IDLE)) {
		cg_link_close(link);
		return;
	}
	tevent_fd_set_flags(link->client_event, client_flags(link));
	if (link->upstream_event != NULL) {
		tevent_fd_set_flags(link->upstream_event,
				    upstream_flags(link));
	}
	watch_the_slow(link);
}

/* Whoever speaks out of turn is hung up on, as winbindd does. */
static enum cg_step client_stirred_while_busy(const struct cg_link *link)
{
	char byte;
	ssize_t n = recv(link->client, &byte, sizeof(byte),
			 MSG_PEEK | MSG_DONTWAIT);

	return n < 0 && (errno == EAGAIN || errno == EINTR) ? CG_STEP_WAIT :
	       CG_STEP_CLOSE;
}

static enum cg_step serve_client(struct cg_link *link, uint16_t flags)
{
	switch (link->slot->state) {
	case CG_SLOT_IDLE:
		return cg_link_take_request(link);
	case CG_SLOT_OWN:
		return link->own == NULL ? cg_link_take_request(link) :
		       client_stirred_while_busy(link);
	case CG_SLOT_WAITING:
		return link->slot->request_left > 0 ?
		       cg_link_move_extra(link) :
		       client_stirred_while_busy(link);
	case CG_SLOT_REPLYING:
		return (flags & TEVENT_FD_WRITE) != 0 ?
		       cg_link_move_reply(link) :
		       client_stirred_while_busy(link);
	case CG_SLOT_MOVING:
		return cg_link_reply_arrived(link);
	default:
		return CG_STEP_CLOSE;
	}
}

static void client_stirred(struct tevent_context *ev, struct tevent_fd *event,
			   uint16_t flags, void *private_data)
{
	struct cg_link *link = talloc_get_type_abort(private_data,
						     struct cg_link);

	(void)ev;
	(void)event;
	cg_link_go_on(link, serve_client(link, flags));
}

static enum cg_step serve_upstream(struct cg_link *link, uint16_t flags)
{
	switch (link->slot->state) {
	case CG_SLOT_WAITING:
		if ((flags & TEVENT_FD_READ) == 0) {
			return cg_link_move_extra(link);
		}
		return cg_link_move_reply(link);
	case CG_SLOT_REPLYING:
		return cg_link_move_reply(link);
	case CG_SLOT_PASSING:
		return cg_link_request_arrived(link);
	case CG_SLOT_OWN:
		link->upstream_is_over = true;
		return CG_STEP_WAIT;
	default:
		/* winbindd ends idle connections with a byte that means
		 * nothing; the client connects again when it has to ask. */
		return CG_STEP_CLOSE;
	}
}

static void upstream_stirred(struct tevent_context *ev,
			     struct tevent_fd *event, uint16_t flags,
			     void *private_data)
{
	struct cg_link *link = talloc_get_type_abort(private_data,
						     struct cg_link);

	(void)ev;
	(void)event;
	cg_link_go_on(link, serve_upstream(link, flags));
}

struct cg_link *cg_link_open(struct cg_front *front, struct cg_slot *slot,
			     int client)
{
	struct cg_link *link = talloc_zero(front, struct cg_link);

	if (link == NULL) {
		(void)close(client);
		return NULL;
	}
	link->front = front;
	link->slot = slot;
	link->client = client;
	link->upstream = -1;
	link->client_event = tevent_add_fd(front->ev, link, client,
					   TEVENT_FD_READ, client_stirred,
					   link);
	if (link->client_event == NULL) {
		(void)close(client);
		talloc_free(link);
		return NULL;
	}
	front->links[slot - front->book->slots] = link;
	return link;
}

enum cg_status cg_link_adopt(struct cg_link *link, int upstream)
{
	link->upstream = upstream;
	link->upstream_event = tevent_add_fd(link->front->ev, link, upstream,
					     TEVENT_FD_READ, upstream_stirred,
					     link);
	return link->upstream_event != NULL ? CG_OK : CG_E_NO_MEMORY;
}

void cg_link_idle(struct cg_link *link)
{
	struct cg_slot *slot = link->slot;

	cg_link_drop_held(link);
	slot->to_drop = 0;
	slot->request_left = 0;
	slot->reply_left = 0;
	slot->asks_version = 0;
	slot->state = CG_SLOT_IDLE;
	cg_book_touch(link->front->book, slot);
}

enum cg_status cg_link_drop(struct cg_link *link, int fd)
{
	struct cg_slot *slot = link->slot;
	uint8_t *scratch = link->front->scratch;

	while (slot->to_drop > 0) {
		size_t len = slot->to_drop < CG_SCRATCH_LEN ? slot->to_drop :
			     CG_SCRATCH_LEN;
		ssize_t n = recv(fd, scratch, len, MSG_DONTWAIT);

		explicit_bzero(scratch, len);
		if (n <= 0) {
			return CG_E_UNAVAILABLE;
		}
		slot->to_drop -= (uint32_t)n;	/* at most len */
	}
	return CG_OK;
}

/* shutdown, because copies of both lie on the shelf. Inside its own handler
 * tevent frees an event only after it; talloc must not come across it then. */
static void end(struct cg_link *link, struct tevent_fd *event, int fd)
{
	if (event != NULL) {
		talloc_free(talloc_steal(link->front, event));
	}
	if (fd >= 0) {
		(void)shutdown(fd, SHUT_RDWR);
		(void)close(fd);
	}
}

void cg_link_close(struct cg_link *link)
{
	struct cg_front *front = link->front;

	front->links[link->slot - front->book->slots] = NULL;
	cg_book_free(link->slot);
	TALLOC_FREE(link->own);
	cg_link_drop_held(link);
	end(link, link->client_event, link->client);
	end(link, link->upstream_event, link->upstream);
	talloc_free(link);
	cg_front_has_stale(front);
}

static enum cg_step resume_waiting(struct cg_link *link)
{
	struct cg_slot *slot = link->slot;

	if (link->upstream < 0 ||
	    (slot->to_drop > 0 && slot->request_left > 0)) {
		return CG_STEP_CLOSE;
	}
	/* What is gone already was dropped just before the end. */
	if (cg_link_drop(link, link->client) != CG_OK) {
		slot->to_drop = 0;
	}
	return CG_STEP_WAIT;
}

static enum cg_step resume_replying(struct cg_link *link)
{
	struct cg_slot *slot = link->slot;

	if (link->upstream < 0 ||
	    (slot->to_drop > 0 && slot->reply_left > 0)) {
		return CG_STEP_CLOSE;
	}
	if (cg_link_drop(link, link->upstream) != CG_OK) {
		slot->to_drop = 0;
	}
	if (slot->reply_left == 0) {
		cg_link_idle(link);
	}
	return CG_STEP_WAIT;
}

void cg_link_resume(struct cg_link *link)
{
	switch (link->slot->state) {
	case CG_SLOT_IDLE:
		cg_link_go_on(link, CG_STEP_WAIT);
		break;
	case CG_SLOT_WAITING:
		cg_link_go_on(link, resume_waiting(link));
		break;
	case CG_SLOT_REPLYING:
		cg_link_go_on(link, resume_replying(link));
		break;
	case CG_SLOT_PASSING:
	case CG_SLOT_MOVING:
		cg_link_go_on(link, cg_link_doubt(link));
		break;
	default:
		/* What was to be answered here is not known any more. */
		cg_link_close(link);
		break;
	}
}
