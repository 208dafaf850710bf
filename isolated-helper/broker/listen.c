/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The accept loop; see listen.h. */
#include "isolated-helper/broker/listen.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "isolated-helper/broker/conn_limit.h"
#include "isolated-helper/broker/log.h"

#define ACCEPTS_PER_TURN 16	/* then others have their turn */
#define PAUSE_US 100000		/* without descriptors or memory */

struct listener {
	struct cg_listen_to to;
	struct tevent_context *ev;
	struct tevent_fd *fde;
};

static void admit(struct listener *l, int fd)
{
	enum cg_status st;
	struct cg_peer peer;
	struct cg_conn *conn;
	uid_t uid;

	st = cg_peer_of(fd, &peer);
	if (st != CG_OK || cg_nobody_is(&l->to.nobody, &peer)) {
		cg_peer_close(&peer);
		(void)close(fd);
		return;
	}
	uid = peer.uid;
	st = cg_conn_open(l->to.limit, fd, &peer, &conn);
	if (st != CG_OK) {
		cg_log(CG_LOG_WARNING, "connection of uid %u refused: %s",
		       (unsigned int)uid, cg_status_text(st));
		return;
	}
	l->to.on_connection(conn, l->to.private_data);
}

static void pause_is_over(struct tevent_context *ev, struct tevent_timer *te,
			  struct timeval now, void *private_data)
{
	struct listener *l = talloc_get_type_abort(private_data,
						   struct listener);

	(void)ev;
	(void)now;
	talloc_free(te);
	tevent_fd_set_flags(l->fde, TEVENT_FD_READ);
}

/* The connection that cannot be accepted stays in the backlog, and the socket
 * readable: without a pause this would spin. */
static void pause_listening(struct listener *l, int error)
{
	struct timeval until = tevent_timeval_current_ofs(0, PAUSE_US);

	cg_log(CG_LOG_WARNING, "cannot accept connections just now: %s",
	       strerror(error));
	if (cg_conn_limit_shed(l->to.limit) != CG_OK) {
		cg_log(CG_LOG_WARNING, "and no idle one can be closed");
	}
	if (tevent_add_timer(l->ev, l, until, pause_is_over, l) != NULL) {
		tevent_fd_set_flags(l->fde, 0);
	}
}

static bool is_passing(int error)
{
	return error == EAGAIN || error == EINTR || error == ECONNABORTED;
}

static void accept_some(struct tevent_context *ev, struct tevent_fd *fde,
			uint16_t flags, void *private_data)
{
	struct listener *l = talloc_get_type_abort(private_data,
						   struct listener);

	(void)ev;
	(void)fde;
	(void)flags;
	for (int i = 0; i < ACCEPTS_PER_TURN; i++) {
		int fd = accept4(l->to.fd, NULL, NULL,
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

enum cg_status cg_listen(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
			 const struct cg_listen_to *to)
{
	struct listener *l = talloc_zero(mem_ctx, struct listener);

	if (l == NULL) {
		return CG_E_NO_MEMORY;
	}
	l->to = *to;
	l->ev = ev;
	l->fde = tevent_add_fd(ev, l, to->fd, TEVENT_FD_READ, accept_some, l);
	if (l->fde == NULL) {
		talloc_free(l);
		return CG_E_NO_MEMORY;
	}
	return CG_OK;
}
