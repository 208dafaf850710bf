/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See accept.h. Who has all of its places, or the most when few are left,
 * loses its oldest idle connection: libwbclient connects again by itself. */
#include "plugin/winbind/accept.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "plugin/winbind/front.h"
#include "plugin/winbind/link.h"
#include "plugin/winbind/log.h"
#include "plugin/winbind/peer.h"

#define ACCEPTS_PER_TURN 16	/* then others have their turn */
#define PAUSE_US 100000		/* without descriptors or memory */
#define HEADROOM (CG_BOOK_SLOTS / 16U)

struct listener {
	struct cg_front *front;
	struct tevent_fd *event;
	int fd;
	int pipe;
};

static bool shed(struct cg_front *front, const struct cg_slot *slot)
{
	if (slot == NULL) {
		return false;
	}
	cg_link_close(front->links[slot - front->book->slots]);
	return true;
}

static bool make_room(struct cg_front *front, uint32_t uid)
{
	struct cg_book *book = front->book;

	if (uid != 0 && cg_book_count(book, uid) >= CG_LINKS_PER_UID &&
	    !shed(front, cg_book_oldest(book, uid))) {
		return false;
	}
	if (cg_book_total(book) < CG_BOOK_SLOTS - HEADROOM) {
		return true;
	}
	/* The head-room is for who comes while all others are busy. */
	return shed(front, cg_book_greediest(book)) ||
	       cg_book_total(book) < CG_BOOK_SLOTS;
}

static void admit(struct listener *l, int fd)
{
	struct cg_front *front = l->front;
	struct cg_slot *slot = NULL;
	uint32_t uid;

	if (cg_peer_uid(fd, &uid) == CG_OK && make_room(front, uid)) {
		slot = cg_book_take(front->book, uid);
	}
	if (slot == NULL) {
		(void)close(fd);
		return;
	}
	slot->is_privileged = l->pipe == CG_PIPE_PRIVILEGED;
	cg_front_keep(front, (uint32_t)(slot - front->book->slots),
		      CG_LABEL_CLIENT, fd);
	if (cg_link_open(front, slot, fd) == NULL) {
		cg_book_free(slot);
	}
}

static void pause_is_over(struct tevent_context *ev, struct tevent_timer *te,
			  struct timeval now, void *private_data)
{
	struct listener *l = talloc_get_type_abort(private_data,
						   struct listener);

	(void)ev;
	(void)now;
	talloc_free(te);
	tevent_fd_set_flags(l->event, TEVENT_FD_READ);
}

/* The connection stays in the backlog, and the socket readable: without a
 * pause this would spin. */
static void pause_listening(struct listener *l, int error)
{
	struct timeval until = tevent_timeval_current_ofs(0, PAUSE_US);

	cg_log("cannot accept connections just now: %s", strerror(error));
	(void)shed(l->front, cg_book_greediest(l->front->book));
	if (tevent_add_timer(l->front->ev, l, until, pause_is_over, l) !=
	    NULL) {
		tevent_fd_set_flags(l->event, 0);
	}
}

static bool is_passing(int error)
{
	return error == EAGAIN || error == EINTR || error == ECONNABORTED;
}

static void accept_some(struct tevent_context *ev, struct tevent_fd *event,
			uint16_t flags, void *private_data)
{
	struct listener *l = talloc_get_type_abort(private_data,
						   struct listener);

	(void)ev;
	(void)event;
	(void)flags;
	for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
		int fd = accept4(l->fd, NULL, NULL,
				 SOCK_CLOEXEC | SOCK_NONBLOCK);

		if (fd >= 0) {
			admit(l, fd);
			continue;
		}
		if (!is_passing(errno)) {
			pause_listening(l, errno);
		}
		return;
	}
}

enum cg_status cg_accept_begin(struct cg_front *front)
{
	for (int i = 0; i < CG_PIPE_COUNT; i++) {
		struct listener *l = talloc_zero(front, struct listener);

		if (l == NULL) {
			return CG_E_NO_MEMORY;
		}
		l->front = front;
		l->fd = front->setup.listen[i];
		l->pipe = i;
		l->event = tevent_add_fd(front->ev, l, l->fd, TEVENT_FD_READ,
					 accept_some, l);
		if (l->event == NULL) {
			return CG_E_NO_MEMORY;
		}
	}
	return CG_OK;
}
