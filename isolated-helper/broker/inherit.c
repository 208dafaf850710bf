/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See inherit.h. */
#include "isolated-helper/broker/inherit.h"

#include <fcntl.h>
#include <linux/close_range.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "idl/limits.h"

static bool is_socket_of(int fd, int type, int listens)
{
	int is_type = 0;
	int is_listening = 0;
	socklen_t len = sizeof(int);

	return getsockopt(fd, SOL_SOCKET, SO_TYPE, &is_type, &len) == 0
	       && getsockopt(fd, SOL_SOCKET, SO_ACCEPTCONN, &is_listening,
			     &len) == 0
	       && is_type == type && is_listening == listens;
}

static bool set_nonblocking(int fd)
{
	int flags = fcntl(fd, F_GETFL);

	return flags >= 0 && fcntl(fd, F_SETFL, flags | O_NONBLOCK) == 0;
}

static bool take_one(const char *word, struct cg_inherited *out)
{
	char name[16];
	int fd;
	int end = 0;

	if (sscanf(word, "%15[a-z]=%d%n", name, &fd, &end) != 2
	    || word[end] != '\0' || fd <= CG_CHANNEL_FD) {
		return false;
	}
	if (strcmp(name, "kcm") == 0 && out->kcm < 0) {
		out->kcm = fd;
		return is_socket_of(fd, SOCK_STREAM, 1)
		       && set_nonblocking(fd);
	}
	if (strcmp(name, "client") == 0 && out->client < 0) {
		out->client = fd;
		return is_socket_of(fd, SOCK_SEQPACKET, 1)
		       && set_nonblocking(fd);
	}
	return false;
}

static bool take_all(const char *list, struct cg_inherited *out)
{
	char copy[128];
	char *rest = copy;
	const char *word;

	if (strlen(list) >= sizeof(copy)) {
		return false;
	}
	strcpy(copy, list);
	while ((word = strsep(&rest, ",")) != NULL) {
		if (!take_one(word, out)) {
			return false;
		}
	}
	return true;
}

enum cg_status cg_inherit(const char *list, struct cg_inherited *out,
			  const char **why)
{
	*out = (struct cg_inherited){ CG_CHANNEL_FD, -1, -1 };
	*why = NULL;
	if (list == NULL) {
		*why = "CG_LISTEN is not set: credguard-launch starts this"
		       " program";
		return CG_E_INVALID;
	}
	if (!take_all(list, out)) {
		*why = "CG_LISTEN does not name listening sockets, as in"
		       " kcm=4,client=5";
		return CG_E_INVALID;
	}
	if (!is_socket_of(CG_CHANNEL_FD, SOCK_SEQPACKET, 0)
	    || !set_nonblocking(CG_CHANNEL_FD)) {
		*why = "descriptor 3 is not the channel to the vault";
		return CG_E_INVALID;
	}
	if (close_range(CG_CHANNEL_FD, ~0U, CLOSE_RANGE_CLOEXEC) != 0) {
		*why = "close_range failed";
		return CG_E_SYSTEM;
	}
	return CG_OK;
}
