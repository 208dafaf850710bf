/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/ops.h"

#include <stdlib.h>

#include "isolated-helper/vault/ntlm.h"
#include "isolated-helper/vault/ntlm_authenticate.h"
#include "isolated-helper/vault/secret.h"
#include "isolated-helper/vault/vault.h"

/* It belongs to this one connection, which is signed and sealed with it. */
static enum cg_status release_key(struct cg_secret_bytes lent, void *arg)
{
	struct cg_make_ntlm_authenticate_out *rep = arg;

	rep->session_key = lent;
	return CG_OK;
}

static enum cg_status make_message(struct cg_vault *v,
				   const struct cg_ntlm_ask *ask,
				   const struct cg_ntlm_result *result,
				   struct cg_make_ntlm_authenticate_out *rep)
{
	struct cg_ntlm_whole whole = {
		.ask = ask,
		.result = result,
		.room = cg_ntlm_authenticate_room(result),
	};
	size_t len = 0;
	enum cg_status st;

	whole.message = malloc(whole.room);
	if (whole.message == NULL) {
		return CG_E_NO_MEMORY;
	}
	cg_vault_hold(v, whole.message);
	st = cg_ntlm_authenticate_make(v, &whole, &len, &v->outgoing_key);
	if (st != CG_OK) {
		return st;
	}
	rep->authenticate = (struct cg_bytes){ whole.message, len };
	return cg_secret_with(v->outgoing_key, release_key, rep);
}

enum cg_status cg_op_make_ntlm_authenticate(
	struct cg_vault *v, const struct cg_make_ntlm_authenticate_in *req,
	struct cg_make_ntlm_authenticate_out *rep)
{
	const struct cg_ntlm_ask ask = {
		.uid = req->uid,
		.tgt = req->tgt,
		.negotiate = req->negotiate,
		.challenge = req->challenge,
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
	st = make_message(v, &ask, &result, rep);
	cg_secret_forget(&result.base_key);
	return st;
}
