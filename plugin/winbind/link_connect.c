/* SPDX-License-Identifier: GPL-3.0-or-later */
/* To winbindd, with patience for a full backlog: the request waits in the
 * client's queue. */
#include "plugin/winbind/link_state.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include "plugin/winbind/front.h"

#define RETRY_US 20000U
#define MAX_TRIES 1500U		/* half a minute, as libwbclient has */

static void retry_is_due(struct tevent_context *ev, struct tevent_timer *timer,
			 struct timeval now, void *private_data)
{
	struct cg_link *link = talloc_get_type_abort(private_data,
						     struct cg_link);

	(void)ev;
	(void)timer;
	(void)now;
	TALLOC_FREE(link->retry);
	cg_link_go_on(link, cg_link_take_request(link));
}

static enum cg_step try_later(struct cg_link *link)
{
	if (++link->n_tries > MAX_TRIES) {
		return CG_STEP_CLOSE;
	}
	link->retry = tevent_add_timer(link->front->ev, link,
				       tevent_timeval_current_ofs(0, RETRY_US),
				       retry_is_due, link);
	return link->retry != NULL ? CG_STEP_WAIT : CG_STEP_CLOSE;
}

static bool set_path(struct sockaddr_un *out, const char *path)
{
	size_t len = strlen(path);

	*out = (struct sockaddr_un){ .sun_family = AF_UNIX };
	if (len >= sizeof(out->sun_path)) {
		return false;
	}
	memcpy(out->sun_path, path, len);
	return true;
}

static enum cg_step connected(struct cg_link *link, int fd)
{
	struct cg_front *front = link->front;
	uint32_t slot = (uint32_t)(link->slot - front->book->slots);

	link->n_tries = 0;
	if (cg_link_adopt(link, fd) != CG_OK) {
		return CG_STEP_CLOSE;
	}
	cg_front_keep(front, slot, CG_LABEL_UPSTREAM, fd);
	return CG_STEP_ON;
}

enum cg_step cg_link_connect(struct cg_link *link)
{
	const char *path = link->front->setup.upstream[
		link->slot->is_privileged != 0];
	struct sockaddr_un address;
	/* The kernel's own convention for socket addresses. */
	const struct sockaddr *any = (const void *)&address;
	int fd, error;

	if (link->upstream >= 0) {
		return CG_STEP_ON;
	}
	if (!set_path(&address, path)) {
		return CG_STEP_CLOSE;
	}
	fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (fd < 0) {
		return CG_STEP_CLOSE;
	}
	if (connect(fd, any, sizeof(address)) == 0) {
		return connected(link, fd);
	}
	error = errno;
	(void)close(fd);
	return error == EAGAIN || error == EINTR ? try_later(link) :
	       CG_STEP_CLOSE;
}
