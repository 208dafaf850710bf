/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The vault's answer to a CHALLENGE, in the program's own event loop. */
#ifndef CG_SAMBA_NTLM_ANSWER_H
#define CG_SAMBA_NTLM_ANSWER_H

#include <talloc.h>
#include <tevent.h>

#include "idl/cg_idl.h"
#include "idl/status.h"

/* in is used before send returns. */
struct tevent_req *cg_ntlm_answer_send(
	TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	const struct cg_client_make_ntlm_response_in *in);
CG_MUST_CHECK enum cg_status cg_ntlm_answer_recv(
	struct tevent_req *req, TALLOC_CTX *mem_ctx,
	struct cg_client_make_ntlm_response_out *out);

#endif
