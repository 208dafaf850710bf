/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The operations of the client protocol, one file each. send reads the whole
 * request from in; recv writes the answer. CG_E_PROTO ends the connection. */
#ifndef CG_BROKER_CLIENT_OPS_H
#define CG_BROKER_CLIENT_OPS_H

#include <stdbool.h>
#include <talloc.h>
#include <tevent.h>

#include "idl/cg_idl.h"
#include "idl/cursor.h"
#include "idl/status.h"

struct cg_client_late;
struct cg_client_services;
struct cg_peer;

/* Who asks; lives as long as its connection. */
struct cg_client {
	const struct cg_client_services *services;
	const struct cg_peer *peer;
	bool is_spoken_for;	/* by the pipe front: names nobody else */
	struct cg_client_late *late;	/* what is told after the answer */
};

#define CG_DECLARE_CLIENT_OP(OP, name, PHASE) \
	struct tevent_req *cg_##name##_send( \
		TALLOC_CTX *mem_ctx, const struct cg_client *client, \
		struct cg_reader *in); \
	CG_MUST_CHECK enum cg_status cg_##name##_recv( \
		struct tevent_req *req, struct cg_writer *out, \
		uint32_t *detail);

CG_CLIENT_OPS(CG_DECLARE_CLIENT_OP)

#endif
