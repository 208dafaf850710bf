/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See inherit.h. */
#include "isolated-helper/broker/inherit.h"

#include <fcntl.h>
#include <limits.h>
#include <linux/close_range.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
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

/* -1: not the number of a descriptor that could be handed over. */
static int fd_of(const char *text)
{
	char *end;
	unsigned long fd = strtoul(text, &end, 10);

	if (text[0] < '0' || text[0] > '9' || *end != '\0'
	    || fd <= CG_CHANNEL_FD || fd > INT_MAX) {
		return -1;
	}
	/* The cast: compared before. */
	return (int)fd;
}

static bool is_directory(int fd)
{
	struct stat sb;

	return fstat(fd, &sb) == 0 && S_ISDIR(sb.st_mode);
}

static bool is_stream(int fd)
{
	return is_socket_of(fd, SOCK_STREAM, 1) && set_nonblocking(fd);
}

static bool is_seqpacket(int fd)
{
	return is_socket_of(fd, SOCK_SEQPACKET, 1) && set_nonblocking(fd);
}

static bool is_channel(int fd)
{
	return is_socket_of(fd, SOCK_SEQPACKET, 0) && set_nonblocking(fd);
}

static bool take_one(const char *word, struct cg_inherited *out)
{
	const struct {
		const char *name;
		int *fd;
		bool (*is_it)(int fd);
	} known[] = {
		{ "kcm=", &out->kcm, is_stream },
		{ "client=", &out->client, is_seqpacket },
		{ "guardian=", &out->guardian, is_channel },
		{ "verifiers=", &out->verifiers, is_directory },
	};

	for (size_t i = 0; i < sizeof(known) / sizeof(known[0]); i++) {
		size_t len = strlen(known[i].name);

		if (strncmp(word, known[i].name, len) == 0
		    && *known[i].fd < 0) {
			*known[i].fd = fd_of(word + len);
			return known[i].is_it(*known[i].fd);
		}
	}
	return false;
}

static bool take_all(const char *list, struct cg_inherited *out)
{
	char copy[128];
	char *rest = copy;
	const char *word;
	size_t len = strlen(list);

	if (len >= sizeof(copy)) {
		return false;
	}
	memcpy(copy, list, len + 1);
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
	*out = (struct cg_inherited){ CG_CHANNEL_FD, -1, -1, -1, -1, 0,
				      CG_SEALING_NONE };
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

enum cg_status cg_inherit_front(const char *text, struct cg_inherited *out,
				const char **why)
{
	unsigned long uid;
	char *end;

	out->front_uid = 0;
	*why = NULL;
	if (text == NULL) {
		return CG_OK;
	}
	uid = strtoul(text, &end, 10);
	if (text[0] < '0' || text[0] > '9' || *end != '\0' ||
	    uid >= UINT_MAX) {
		*why = "CG_FRONT_UID is no uid";
		return CG_E_INVALID;
	}
	/* The cast: compared before. */
	out->front_uid = (uid_t)uid;
	return CG_OK;
}

void cg_inherit_policy_lock(const char *text, struct cg_inherited *out)
{
	out->policy_held_by = CG_SEALING_NONE;
	if (text != NULL) {
		out->policy_held_by = strcmp(text, "tpm") == 0
					      ? CG_SEALING_TPM
					      : CG_SEALING_HOST_KEY;
	}
}
