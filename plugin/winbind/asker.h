/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Asks the broker on behalf of a client. Each question has a connection of
 * its own, of which one is kept for the next question: a logon that waits for
 * a KDC keeps nobody waiting. */
#ifndef CG_WINBIND_ASKER_H
#define CG_WINBIND_ASKER_H

#include <stdbool.h>
#include <talloc.h>
#include <tevent.h>

#include "idl/status.h"

struct cg_asker;
struct cg_client;
struct cg_client_error;

struct cg_question {
	struct tevent_req *(*send)(TALLOC_CTX *mem_ctx,
				   struct tevent_context *ev,
				   struct cg_client *client, void *arg);
	enum cg_status (*recv)(struct tevent_req *req, void *arg,
			       struct cg_client_error *err);
	bool may_repeat;	/* send may be called twice */
};

/* runtime_dir: NULL is the default; it is not copied. */
struct cg_asker *cg_asker_open(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
			       const char *runtime_dir);

/* client: the socket of who asks; stays open until the answer. */
struct tevent_req *cg_asker_send(TALLOC_CTX *mem_ctx, struct cg_asker *asker,
				 int client,
				 const struct cg_question *question,
				 void *arg);
CG_MUST_CHECK enum cg_status cg_asker_recv(struct tevent_req *req);

#endif
