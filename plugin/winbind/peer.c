/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See peer.h. */
#include "plugin/winbind/peer.h"

#include <sys/socket.h>

enum cg_status cg_peer_uid(int fd, uint32_t *out)
{
	struct ucred peer = { 0 };
	socklen_t len = sizeof(peer);

	*out = UINT32_MAX;
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0 ||
	    len != sizeof(peer)) {
		return CG_E_SYSTEM;
	}
	/* An id without a name in our user namespace is nobody's. */
	if (peer.uid == (uid_t)-1) {
		return CG_E_DENIED;
	}
	*out = peer.uid;
	return CG_OK;
}
