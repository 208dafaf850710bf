/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SO_PEERCRED of a connected client names the process that listens. */
#include "plugin/client/channel_peer.h"

#include <pwd.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/socket.h>

#include "plugin/client/machine_uid.h"

static bool is_broker_user(uid_t uid)
{
	struct passwd buf;
	struct passwd *found = NULL;
	char text[1024];

	return getpwnam_r("credguard", &buf, text, sizeof(text),
			  &found) == 0 &&
	       found != NULL && found->pw_uid == uid;
}

enum cg_status cg_channel_peer_check(int fd)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0 ||
	    len != sizeof(peer)) {
		return CG_E_SYSTEM;
	}
	if (cg_machine_uid_is_root(peer.uid) || is_broker_user(peer.uid)) {
		return CG_OK;
	}
	return CG_E_DENIED;
}
