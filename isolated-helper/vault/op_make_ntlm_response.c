/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/ops.h"

#include "isolated-helper/vault/ntlm.h"
#include "isolated-helper/vault/secret.h"
#include "isolated-helper/vault/vault.h"

/* It belongs to this one connection: with it the caller makes the MIC. */
static enum cg_status release_key(struct cg_secret_bytes lent, void *arg)
{
	struct cg_make_ntlm_response_out *rep = arg;

	rep->session_base_key = lent;
	return CG_OK;
}

enum cg_status cg_op_make_ntlm_response(
	struct cg_vault *v, const struct cg_make_ntlm_response_in *req,
	struct cg_make_ntlm_response_out *rep)
{
	const struct cg_ntlm_ask ask = {
		.uid = req->uid,
		.tgt = req->tgt,
		.negotiate = req->negotiate,
		.challenge = req->challenge,
		.target = req->target,
		.channel_bindings = req->channel_bindings,
		.has_target = true,
	};
	struct cg_ntlm_result result;
	enum cg_status st;

	if (!cg_vault_has_room(v)) {
		return CG_E_LIMIT;
	}
	st = cg_ntlm_make(v, &ask, &result);
	if (st != CG_OK) {
		return st;
	}
	cg_vault_hold(v, result.response.data);
	v->outgoing_key = result.base_key;
	rep->user = result.names.user;
	rep->domain = result.names.domain;
	rep->response = result.response;
	return cg_secret_with(v->outgoing_key, release_key, rep);
}
