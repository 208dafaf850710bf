/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See shelf.h. At most one thing is not on the shelf at a time. */
#include "plugin/winbind/shelf.h"

#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "idl/start.h"

/* One of the pairs. */
struct shelf {
	int in;
	int out;
};

union control {
	char room[CMSG_SPACE(sizeof(int))];
	struct cmsghdr align;
};

static enum cg_status put(const struct shelf *shelf,
			  const struct cg_label *label, int fd)
{
	struct cg_label copy = *label;
	struct iovec iov = { .iov_base = &copy, .iov_len = sizeof(copy) };
	union control control = { 0 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *head;

	if (fd >= 0) {
		msg.msg_control = control.room;
		msg.msg_controllen = sizeof(control.room);
		head = CMSG_FIRSTHDR(&msg);
		head->cmsg_level = SOL_SOCKET;
		head->cmsg_type = SCM_RIGHTS;
		head->cmsg_len = CMSG_LEN(sizeof(fd));
		memcpy(CMSG_DATA(head), &fd, sizeof(fd));
	}
	return sendmsg(shelf->in, &msg, MSG_DONTWAIT | MSG_NOSIGNAL) ==
	       (ssize_t)sizeof(copy) ? CG_OK : CG_E_LIMIT;
}

static struct shelf shelf_at(int shelves, uint32_t i)
{
	/* The cast: less than CG_START_SHELVES. */
	int in = shelves + 2 * (int)i;

	return (struct shelf){ in, in + 1 };
}

enum cg_status cg_shelf_put(int shelves, const struct cg_label *label, int fd)
{
	const struct shelf shelf = shelf_at(shelves,
					    label->slot % CG_START_SHELVES);

	return put(&shelf, label, fd);
}

/* CG_E_NOT_FOUND: the shelf is empty. *fd is -1 where none came along. */
static enum cg_status take(const struct shelf *shelf,
			   struct cg_label *label, int *fd)
{
	struct iovec iov = { .iov_base = label, .iov_len = sizeof(*label) };
	union control control = { 0 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1,
			      .msg_control = control.room,
			      .msg_controllen = sizeof(control.room) };
	struct cmsghdr *head;
	ssize_t n = recvmsg(shelf->out, &msg,
			    MSG_DONTWAIT | MSG_CMSG_CLOEXEC);

	*fd = -1;
	if (n != (ssize_t)sizeof(*label)) {
		return CG_E_NOT_FOUND;
	}
	head = CMSG_FIRSTHDR(&msg);
	if (head != NULL && head->cmsg_type == SCM_RIGHTS) {
		memcpy(fd, CMSG_DATA(head), sizeof(*fd));
	}
	return CG_OK;
}

static struct cg_label make_mark(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	/* The casts: any bits do, as long as they differ. */
	return (struct cg_label){ .kind = CG_LABEL_MARK,
				  .slot = (uint32_t)now.tv_sec,
				  .generation = (uint32_t)getpid(),
				  .time = (uint32_t)now.tv_nsec };
}

/* Back first, then shown: nothing is lost when the process is killed. */
static enum cg_status show(const struct shelf *shelf,
			   const struct cg_label *label, int fd,
			   const struct cg_shelf_viewer *viewer)
{
	enum cg_status st = CG_OK;

	if (label->kind == CG_LABEL_MARK || fd < 0) {
		return CG_OK;	/* of a walk that was not finished */
	}
	if (!viewer->is_wanted(label, viewer->arg)) {
		(void)close(fd);
		return CG_OK;
	}
	st = put(shelf, label, fd);
	if (st != CG_OK || viewer->take == NULL) {
		(void)close(fd);
		return st;
	}
	viewer->take(label, fd, viewer->arg);
	return CG_OK;
}

static enum cg_status walk(const struct shelf *shelf,
			   const struct cg_shelf_viewer *viewer)
{
	const struct cg_label mark = make_mark();
	struct cg_label label;
	enum cg_status st = put(shelf, &mark, -1);
	int fd;

	while (st == CG_OK && take(shelf, &label, &fd) == CG_OK) {
		if (memcmp(&label, &mark, sizeof(mark)) == 0) {
			return CG_OK;
		}
		st = show(shelf, &label, fd, viewer);
	}
	return st;
}

enum cg_status cg_shelf_walk(int shelves, const struct cg_shelf_viewer *viewer)
{
	enum cg_status st = CG_OK;

	for (uint32_t i = 0; st == CG_OK && i < CG_START_SHELVES; i++) {
		const struct shelf shelf = shelf_at(shelves, i);

		st = walk(&shelf, viewer);
	}
	return st;
}
