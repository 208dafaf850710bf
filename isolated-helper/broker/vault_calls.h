/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The vault's operations as asynchronous calls, one file each. in may be gone
 * once send has returned; what out points to belongs to recv's mem_ctx. */
#ifndef CG_BROKER_VAULT_CALLS_H
#define CG_BROKER_VAULT_CALLS_H

#include <talloc.h>
#include <tevent.h>

#include "idl/cg_idl.h"
#include "idl/status.h"

struct cg_vault;

#define CG_DECLARE_CALL(name) \
	struct tevent_req *cg_call_##name##_send( \
		TALLOC_CTX *mem_ctx, struct tevent_context *ev, \
		struct cg_vault *vault, const struct cg_##name##_in *in); \
	CG_MUST_CHECK enum cg_status cg_call_##name##_recv( \
		struct tevent_req *req, TALLOC_CTX *mem_ctx, \
		struct cg_##name##_out *out, uint32_t *detail)

CG_DECLARE_CALL(hello);
CG_DECLARE_CALL(import_password);
CG_DECLARE_CALL(make_as_req);
CG_DECLARE_CALL(absorb_as_rep);
CG_DECLARE_CALL(make_tgs_req);
CG_DECLARE_CALL(absorb_tgs_rep);
CG_DECLARE_CALL(import_ticket);
CG_DECLARE_CALL(list_entry);
CG_DECLARE_CALL(list_usage);
CG_DECLARE_CALL(forget_entry);
CG_DECLARE_CALL(forget_uid);
CG_DECLARE_CALL(make_ntlm_response);
CG_DECLARE_CALL(make_ntlm_authenticate);
CG_DECLARE_CALL(unseal_machine_key);
CG_DECLARE_CALL(make_kpasswd_req);
CG_DECLARE_CALL(absorb_kpasswd_rep);
CG_DECLARE_CALL(make_verifier_salt);
CG_DECLARE_CALL(seal_verifier);
CG_DECLARE_CALL(list_verifier);
CG_DECLARE_CALL(make_verifier_attempt);
CG_DECLARE_CALL(check_verifier);

#endif
