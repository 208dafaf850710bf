/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SO_PEERCRED and SO_PEERPIDFD; see peer.h. */
#include "isolated-helper/broker/peer.h"

#include <errno.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#ifndef SO_PEERPIDFD		/* Linux 6.5: not in Debian 12's headers */
#define SO_PEERPIDFD 77
#endif

#define NSPID "NSpid:"

static int pidfd_of(int fd)
{
	int pidfd = CG_PEER_NO_PIDFD;
	socklen_t len = sizeof(pidfd);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERPIDFD, &pidfd, &len) == 0) {
		return pidfd;
	}
	return errno == ENOPROTOOPT ? CG_PEER_NO_PIDFD : CG_PEER_GONE;
}

static enum cg_status ids_of(int fd, struct cg_peer *out)
{
	struct ucred cred = { 0 };
	socklen_t len = sizeof(cred);

	*out = (struct cg_peer){ .uid = (uid_t)-1, .gid = (gid_t)-1,
				 .pidfd = CG_PEER_NO_PIDFD };
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &cred, &len) != 0
	    || len != sizeof(cred)) {
		return CG_E_SYSTEM;
	}
	*out = (struct cg_peer){ .uid = cred.uid, .gid = cred.gid,
				 .pid = cred.pid };
	return CG_OK;
}

enum cg_status cg_peer_of(int fd, struct cg_peer *out)
{
	enum cg_status st = ids_of(fd, out);

	if (st == CG_OK) {
		out->pidfd = pidfd_of(fd);
	}
	return st;
}

enum cg_status cg_peer_keep(int fd, struct cg_peer *out)
{
	enum cg_status st = ids_of(fd, out);

	if (st == CG_OK) {
		out->pidfd = CG_PEER_LATER;
		out->socket = fd;
	}
	return st;
}

static bool is_alive(int pidfd)
{
	struct pollfd p = { .fd = pidfd, .events = POLLIN };

	if (pidfd < 0) {
		return pidfd != CG_PEER_GONE;
	}
	/* A pidfd becomes readable when its process ends. */
	return poll(&p, 1, 0) == 0;
}

bool cg_peer_is_there(const struct cg_peer *peer)
{
	bool is_there;
	int pidfd;

	if (peer->pidfd != CG_PEER_LATER) {
		return is_alive(peer->pidfd);
	}
	pidfd = pidfd_of(peer->socket);
	is_there = is_alive(pidfd);
	if (pidfd >= 0) {
		(void)close(pidfd);
	}
	return is_there;
}

/* "NSpid:" has a number for each namespace, from ours down to its own. */
static bool has_one_number(const char *line, pid_t pid)
{
	char *end;
	long number = strtol(line, &end, 10);

	return number == pid && *end == '\n';
}

bool cg_peer_shares_pids(const struct cg_peer *peer)
{
	char path[32];
	char line[256];
	bool shares = false;
	FILE *file;

	(void)snprintf(path, sizeof(path), "/proc/%d/status", (int)peer->pid);
	file = fopen(path, "re");
	if (file == NULL) {
		return false;
	}
	while (fgets(line, sizeof(line), file) != NULL) {
		if (strncmp(line, NSPID, strlen(NSPID)) == 0) {
			shares = has_one_number(line + strlen(NSPID),
						peer->pid);
		}
	}
	(void)fclose(file);
	/* After reading: what was read belongs to the one that connected. */
	return shares && cg_peer_is_there(peer);
}

void cg_peer_close(struct cg_peer *peer)
{
	if (peer->pidfd >= 0) {
		(void)close(peer->pidfd);
	}
	if (peer->pidfd == CG_PEER_LATER) {
		(void)close(peer->socket);
	}
	peer->pidfd = CG_PEER_NO_PIDFD;
}

bool cg_peer_has_pidfd(void)
{
	int pair[2];
	int pidfd;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) != 0) {
		return false;
	}
	pidfd = pidfd_of(pair[0]);
	(void)close(pair[0]);
	(void)close(pair[1]);
	if (pidfd < 0) {
		return false;
	}
	(void)close(pidfd);
	return true;
}
