/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is at the other end of a connection, as the kernel told at connect
 * time; nothing that a peer says about itself is ever put here. */
#ifndef CG_BROKER_PEER_H
#define CG_BROKER_PEER_H

#include <stdbool.h>
#include <sys/types.h>

#include "idl/status.h"

#define CG_PEER_NO_PIDFD (-1)	/* kernel without SO_PEERPIDFD (< 6.5) */
#define CG_PEER_GONE (-2)	/* it ended before we looked */
#define CG_PEER_LATER (-3)	/* taken from the socket when it is needed */

struct cg_peer {
	uid_t uid;
	gid_t gid;
	pid_t pid;		/* for the log only: pids are used again */
	int pidfd;		/* or one of the three above */
	int socket;		/* with CG_PEER_LATER: closed with the rest */
};

CG_MUST_CHECK enum cg_status cg_peer_of(int fd, struct cg_peer *out);
/* For one question: keeps fd, unless it fails, and looks at the process only
 * when cg_peer_is_there() is asked. The kernel tells it of who connected, be
 * it then or now. */
CG_MUST_CHECK enum cg_status cg_peer_keep(int fd, struct cg_peer *out);
/* False when the process that connected is known to be gone, so that its pid
 * may be somebody else's by now. */
bool cg_peer_is_there(const struct cg_peer *peer);
/* Do its process numbers mean to us what they mean to it? False when that is
 * not known. */
bool cg_peer_shares_pids(const struct cg_peer *peer);
void cg_peer_close(struct cg_peer *peer);
/* Does this kernel give process descriptors of peers? Measured. */
bool cg_peer_has_pidfd(void);

#endif
