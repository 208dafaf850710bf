/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Change a password: seal the old and the new one, call. */
#ifndef CG_CLIENT_CLIENT_CHANGE_H
#define CG_CLIENT_CLIENT_CHANGE_H

#include <stdint.h>
#include <talloc.h>
#include <tevent.h>

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_client;
struct cg_client_change_password_out;
struct cg_client_error;

struct cg_client_change_params {
	uint32_t uid;			/* CG_UID_ALL: whoever asks */
	struct cg_bytes client;		/* as on the wire */
	struct cg_secret_bytes old;
	struct cg_secret_bytes fresh;
};

/* The passwords are sealed before send returns: forget them then. */
struct tevent_req *cg_client_change_send(
	TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct cg_client *client,
	const struct cg_client_change_params *params);
/* out->text belongs to mem_ctx. CG_OK only says that there is an answer:
 * out->result is 0 when the password is changed. */
CG_MUST_CHECK enum cg_status cg_client_change_recv(
	struct tevent_req *req, TALLOC_CTX *mem_ctx,
	struct cg_client_change_password_out *out,
	struct cg_client_error *err);

#endif
