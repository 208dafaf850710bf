/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a login program asks for, waited for: at most CG_CLIENT_TIMEOUT_MS to
 * connect and as long for an answer, CG_CLIENT_KDC_TIMEOUT_MS for one of a
 * KDC. Bytes of *out are talloc children of mem_ctx. err may be NULL. */
#ifndef CG_CLIENT_BLOCKING_SESSION_H
#define CG_CLIENT_BLOCKING_SESSION_H

#include <talloc.h>

#include "idl/cg_idl.h"
#include "idl/status.h"
#include "plugin/client/client_change.h"
#include "plugin/client/client_logon.h"

struct cg_client_error;

/* The password is sealed before anything is sent. */
CG_MUST_CHECK enum cg_status cg_blocking_logon(
	TALLOC_CTX *mem_ctx, const struct cg_client_logon_params *params,
	struct cg_client_logon_out *out, struct cg_client_error *err);
CG_MUST_CHECK enum cg_status cg_blocking_open_session(
	TALLOC_CTX *mem_ctx, const struct cg_client_open_session_in *in,
	struct cg_client_open_session_out *out, struct cg_client_error *err);
CG_MUST_CHECK enum cg_status cg_blocking_close_session(
	TALLOC_CTX *mem_ctx, const struct cg_client_close_session_in *in,
	struct cg_client_close_session_out *out, struct cg_client_error *err);
CG_MUST_CHECK enum cg_status cg_blocking_change_password(
	TALLOC_CTX *mem_ctx, const struct cg_client_change_params *params,
	struct cg_client_change_password_out *out,
	struct cg_client_error *err);

#endif
