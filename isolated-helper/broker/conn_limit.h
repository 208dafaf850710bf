/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Connections of all sockets, counted together by uid, so that no uid can
 * take the places of the others: a uid that has all of its own, or the one
 * with the most when all are nearly taken, loses its oldest idle one. */
#ifndef CG_BROKER_CONN_LIMIT_H
#define CG_BROKER_CONN_LIMIT_H

#include <stdint.h>
#include <talloc.h>

#include "idl/status.h"
#include "isolated-helper/broker/peer.h"

struct cg_conn_limit;

struct cg_conn_quota {
	uint32_t per_uid;
	uint32_t total;
};

/* One connection. Freeing it frees its talloc children first (events, the
 * state of the front end) and then closes fd. It starts out idle. */
struct cg_conn {
	int fd;
	struct cg_peer peer;
	struct cg_conn_seat *seat;	/* conn_limit.c's own */
};

struct cg_conn_limit *cg_conn_limit_open(TALLOC_CTX *mem_ctx,
					 const struct cg_conn_quota *quota);
/* Takes fd and peer, also when it fails: they are closed then. CG_E_LIMIT:
 * there is no place, and none could be made. */
CG_MUST_CHECK enum cg_status cg_conn_open(struct cg_conn_limit *limit,
					  int fd, struct cg_peer *peer,
					  struct cg_conn **out);
/* Busy from the first request's last byte until its answer is written: a busy
 * connection is never closed for others. Waiting for the peer is idle. */
void cg_conn_busy(struct cg_conn *conn);
void cg_conn_idle(struct cg_conn *conn);
/* Closes the oldest idle connection of the uid that has the most. */
CG_MUST_CHECK enum cg_status cg_conn_limit_shed(struct cg_conn_limit *limit);
uint32_t cg_conn_limit_count(const struct cg_conn_limit *limit, uid_t uid);

#endif
