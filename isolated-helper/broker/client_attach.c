/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See client_attach.h. */
#include "isolated-helper/broker/client_attach.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "isolated-helper/broker/peer.h"

union control {
	char room[CMSG_SPACE(sizeof(int))];
	struct cmsghdr align;
};

/* All that the kernel put into our table; the padding has room for two. */
static size_t take_all(struct msghdr *msg, int *fds, size_t max)
{
	struct cmsghdr *head = CMSG_FIRSTHDR(msg);
	size_t n;

	if (head == NULL || head->cmsg_level != SOL_SOCKET ||
	    head->cmsg_type != SCM_RIGHTS) {
		return 0;
	}
	n = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	n = n < max ? n : max;
	memcpy(fds, CMSG_DATA(head), n * sizeof(int));
	return n;
}

static enum cg_status take_one(struct msghdr *msg, int *out)
{
	int fds[2];
	size_t n = 0;

	if (msg->msg_control != NULL) {
		n = take_all(msg, fds, sizeof(fds) / sizeof(fds[0]));
	}
	if (n <= 1 && (msg->msg_flags & (MSG_TRUNC | MSG_CTRUNC)) == 0) {
		*out = n == 1 ? fds[0] : -1;
		return CG_OK;
	}
	for (size_t i = 0; i < n; i++) {
		(void)close(fds[i]);
	}
	return CG_E_PROTO;
}

/* Without a control buffer the kernel keeps what was attached, and says so
 * with MSG_CTRUNC. */
enum cg_status cg_client_attach_receive(int fd, bool may_attach,
					struct cg_datagram *out)
{
	struct iovec iov = { .iov_base = out->data, .iov_len = out->cap };
	union control control = { 0 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	ssize_t n;

	out->len = 0;
	out->attached = -1;
	if (may_attach) {
		msg.msg_control = control.room;
		msg.msg_controllen = sizeof(control.room);
	}
	n = recvmsg(fd, &msg, MSG_DONTWAIT | MSG_CMSG_CLOEXEC);
	if (n < 0 && (errno == EAGAIN || errno == EINTR)) {
		return CG_E_NOT_FOUND;
	}
	if (n < 0) {
		return CG_E_UNAVAILABLE;
	}
	if (n == 0) {
		/* The end, or an empty datagram, which is none of ours. */
		(void)take_one(&msg, &out->attached);
		if (out->attached >= 0) {
			(void)close(out->attached);
			out->attached = -1;
		}
		return CG_E_UNAVAILABLE;
	}
	out->len = (size_t)n;
	return take_one(&msg, &out->attached);
}

static bool is_stream(int fd)
{
	int type = -1;
	socklen_t len = sizeof(type);

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &type, &len) == 0 &&
	       type == SOCK_STREAM;
}

/* An accepted socket has the path of who listened and, as libwbclient does
 * not bind, a nameless peer. Of the socket that connected the reverse is
 * true: its "peer" would be who listens, not who asks. */
static bool is_accepted(int fd)
{
	struct sockaddr_un name = { 0 };
	/* The kernel's own convention for socket addresses. */
	struct sockaddr *any = (void *)&name;
	socklen_t len = sizeof(name);

	if (!is_stream(fd) || getsockname(fd, any, &len) != 0 ||
	    name.sun_family != AF_UNIX ||
	    len <= offsetof(struct sockaddr_un, sun_path) ||
	    name.sun_path[0] != '/') {
		return false;
	}
	len = sizeof(name);
	/* One that listens has no peer. */
	return getpeername(fd, any, &len) == 0 &&
	       len == offsetof(struct sockaddr_un, sun_path);
}

enum cg_status cg_client_attach_peer(int attached, struct cg_peer *out)
{
	enum cg_status st = CG_E_PROTO;

	*out = (struct cg_peer){ .uid = (uid_t)-1, .gid = (gid_t)-1,
				 .pidfd = CG_PEER_NO_PIDFD };
	if (is_accepted(attached)) {
		st = cg_peer_keep(attached, out);
	}
	if (st != CG_OK) {
		(void)close(attached);
	}
	return st;
}
