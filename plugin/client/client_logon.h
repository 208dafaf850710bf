/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sign in with a password: read the vault's key, seal, call. What PAM and
 * credguardctl share. */
#ifndef CG_CLIENT_CLIENT_LOGON_H
#define CG_CLIENT_CLIENT_LOGON_H

#include <stdbool.h>
#include <stdint.h>
#include <talloc.h>
#include <tevent.h>

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_client;
struct cg_client_error;
struct cg_client_logon_out;

struct cg_client_logon_params {
	uint32_t uid;		/* CG_UID_ALL: whoever asks */
	bool verify;		/* the KDC proves itself, or fail */
	struct cg_bytes client;			/* as on the wire */
	struct cg_secret_bytes password;
	uint32_t lifetime_s;			/* 0: the KDC's choice */
	uint32_t renewable_s;
	struct cg_bytes cache;			/* empty: the default cache */
};

/* The password is sealed before send returns: forget it then. */
struct tevent_req *cg_client_logon_send(
	TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	struct cg_client *client,
	const struct cg_client_logon_params *params);
CG_MUST_CHECK enum cg_status cg_client_logon_recv(
	struct tevent_req *req, TALLOC_CTX *mem_ctx,
	struct cg_client_logon_out *out, struct cg_client_error *err);

#endif
