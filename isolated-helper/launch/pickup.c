/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See pickup.h. */
#include "isolated-helper/launch/pickup.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <unistd.h>

#include "isolated-helper/launch/child.h"
#include "isolated-helper/launch/dir.h"
#include "isolated-helper/launch/log.h"
#include "isolated-helper/launch/order.h"
#include "isolated-helper/launch/sockets.h"
#include "isolated-helper/launch/users.h"

#define PATH_LEN 256
#define PATIENCE_MS 1000	/* with a unit that is connected */

static bool write_number(int fd, const uint8_t *number)
{
	bool ok = write(fd, number, CG_START_NUMBER_LEN) ==
		  CG_START_NUMBER_LEN;

	return close(fd) == 0 && ok;
}

/* Whole or not at all: systemd may read it at any time. */
static enum cg_status renew(struct cg_pickup *pickup)
{
	char path[PATH_LEN];
	char new[PATH_LEN];
	int fd;

	(void)snprintf(path, sizeof(path), "%s/" CG_START_NUMBER,
		       pickup->dir);
	(void)snprintf(new, sizeof(new), "%s/new", pickup->dir);
	if (getrandom(pickup->number, sizeof(pickup->number), 0) !=
	    sizeof(pickup->number)) {
		return CG_E_SYSTEM;
	}
	(void)unlink(new);
	fd = open(new, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	if (fd < 0 || !write_number(fd, pickup->number) ||
	    rename(new, path) != 0) {
		cg_log("%s: %s", path, strerror(errno));
		return CG_E_SYSTEM;
	}
	return CG_OK;
}

/* Its group is the user's own: nobody else comes as far as the socket. */
enum cg_status cg_pickup_open(const char *runtime_dir, const char *role,
			      struct cg_pickup *pickup)
{
	char path[PATH_LEN];
	enum cg_status st;
	int n = snprintf(pickup->dir, sizeof(pickup->dir), "%s/start-%s",
			 runtime_dir, role);

	pickup->fd = -1;
	if (n < 0 || (size_t)n >= sizeof(pickup->dir)) {
		return CG_E_INVALID;
	}
	st = cg_dir_make(pickup->dir, pickup->user->gid, 0750);
	if (st == CG_OK) {
		st = renew(pickup);
	}
	if (st != CG_OK) {
		return st;
	}
	(void)snprintf(path, sizeof(path), "%s/" CG_START_SOCKET,
		       pickup->dir);
	return cg_sockets_make(path, SOCK_SEQPACKET, &pickup->fd);
}

static bool has_number(const struct cg_pickup *pickup, int fd)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	uint8_t got[CG_START_NUMBER_LEN + 1];
	uint8_t differ = 0;

	if (poll(&ready, 1, PATIENCE_MS) != 1 ||
	    recv(fd, got, sizeof(got), MSG_DONTWAIT) != CG_START_NUMBER_LEN) {
		return false;
	}
	for (size_t i = 0; i < CG_START_NUMBER_LEN; i++) {
		differ |= (uint8_t)(got[i] ^ pickup->number[i]);
	}
	return differ == 0;
}

static bool may_have_it(const struct cg_pickup *pickup, int fd,
			struct ucred *peer)
{
	socklen_t len = sizeof(*peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, peer, &len) != 0) {
		return false;
	}
	if (peer->uid != pickup->user->uid) {
		cg_log("%s: refused: a start by uid %u", pickup->name,
		       (unsigned int)peer->uid);
		return false;
	}
	if (!has_number(pickup, fd)) {
		cg_log("%s: refused: a start without the number of this one",
		       pickup->name);
		return false;
	}
	return true;
}

static bool send_order(int fd, struct cg_order *order)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(order->fds))];
	} control = { .room = { 0 } };
	struct iovec text = {
		.iov_base = order->text,
		.iov_len = order->len,
	};
	size_t len = order->n_fds * sizeof(int);
	struct msghdr msg = {
		.msg_iov = &text,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = CMSG_SPACE(len),
	};

	control.head.cmsg_level = SOL_SOCKET;
	control.head.cmsg_type = SCM_RIGHTS;
	control.head.cmsg_len = CMSG_LEN(len);
	memcpy(CMSG_DATA(&control.head), order->fds, len);
	return sendmsg(fd, &msg, MSG_NOSIGNAL | MSG_DONTWAIT) ==
	       (ssize_t)order->len;
}

/* Used up before it is answered: even a send that fails was a start. */
static enum cg_status give(struct cg_pickup *pickup, int fd,
			   struct cg_order *order, struct cg_child *out)
{
	struct ucred peer;
	int pidfd;

	if (!may_have_it(pickup, fd, &peer)) {
		return CG_E_UNAVAILABLE;
	}
	if (renew(pickup) != CG_OK) {
		return CG_E_SYSTEM;
	}
	pidfd = pidfd_open(peer.pid, 0);
	if (pidfd < 0 || !send_order(fd, order)) {
		cg_log("%s: it is gone again: %s", pickup->name,
		       strerror(errno));
		if (pidfd >= 0) {
			(void)close(pidfd);
		}
		return CG_E_UNAVAILABLE;
	}
	*out = (struct cg_child){ .name = pickup->name, .pid = peer.pid,
				  .pidfd = pidfd, .uid = peer.uid,
				  .is_unit = true };
	return CG_OK;
}

enum cg_status cg_pickup_give(struct cg_pickup *pickup,
			      struct cg_order *order,
			      struct cg_child *out)
{
	struct pollfd ready = { .fd = pickup->fd, .events = POLLIN };
	enum cg_status st;
	int fd;

	*out = (struct cg_child){ 0 };
	if (order->is_full) {
		cg_log("%s: too many or too long paths", pickup->name);
		return CG_E_INVALID;
	}
	if (poll(&ready, 1, 0) != 1) {
		return CG_E_UNAVAILABLE;
	}
	fd = accept4(pickup->fd, NULL, NULL, SOCK_CLOEXEC);
	if (fd < 0) {
		return CG_E_UNAVAILABLE;
	}
	st = give(pickup, fd, order, out);
	(void)close(fd);
	return st;
}

void cg_pickup_remove(const struct cg_pickup *pickup)
{
	static const char *const names[] = { CG_START_SOCKET,
					     CG_START_NUMBER };
	char path[PATH_LEN];

	if (pickup->fd <= 0) {
		return;
	}
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		(void)snprintf(path, sizeof(path), "%s/%s", pickup->dir,
			       names[i]);
		(void)unlink(path);
	}
	(void)rmdir(pickup->dir);
}
