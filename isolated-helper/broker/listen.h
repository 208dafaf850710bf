/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Accepts on a listening Unix socket and knows who came. */
#ifndef CG_BROKER_LISTEN_H
#define CG_BROKER_LISTEN_H

#include <talloc.h>
#include <tevent.h>

#include "idl/status.h"
#include "isolated-helper/broker/nobody.h"

struct cg_conn;		/* conn_limit.h */
struct cg_conn_limit;

/* The receiver owns conn: everything it makes for the connection is a talloc
 * child of it, and talloc_free(conn) ends the connection. conn->fd does not
 * block. conn may be freed by others whenever it is idle. */
typedef void (*cg_on_connection)(struct cg_conn *conn, void *private_data);

struct cg_listen_to {
	int fd;			/* listening; stays the caller's */
	struct cg_conn_limit *limit;
	struct cg_nobody nobody;
	cg_on_connection on_connection;
	void *private_data;
};

/* The result is a talloc child of mem_ctx; freeing it stops listening. */
CG_MUST_CHECK enum cg_status cg_listen(TALLOC_CTX *mem_ctx,
				       struct tevent_context *ev,
				       const struct cg_listen_to *to);

#endif
