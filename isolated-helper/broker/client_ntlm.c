/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See client_ntlm.h. */
#include "isolated-helper/broker/client_ntlm.h"

#include "isolated-helper/broker/audit.h"
#include "isolated-helper/broker/ccache.h"
#include "isolated-helper/broker/client_late.h"
#include "isolated-helper/broker/client_ops.h"
#include "isolated-helper/broker/client_server.h"
#include "isolated-helper/broker/client_tgt.h"
#include "isolated-helper/broker/peer.h"
#include "isolated-helper/broker/rate.h"
#include "isolated-helper/broker/rules.h"
#include "isolated-helper/broker/ticket.h"

void cg_client_ntlm_audit(const struct cg_client_ntlm *ask, enum cg_status st)
{
	const struct cg_audit event = {
		.log = ask->client->services->audit,
		.what = ask->is_without_mic ? "ntlm answer without mic"
					    : "ntlm answer",
		.uid = ask->client->peer->uid,
		.peer = ask->client->peer,
		.client = ask->principal,
		.target = ask->target,
		.result = st,
	};

	if (st == CG_OK) {
		cg_client_late_put(ask->client->late, &event);
	} else {
		cg_audit(&event);
	}
}

static enum cg_status keep(TALLOC_CTX *mem_ctx, struct cg_bytes from,
			   struct cg_bytes *to)
{
	to->data = talloc_memdup(mem_ctx, from.data, from.len);
	if (to->data == NULL) {
		return CG_E_NO_MEMORY;
	}
	to->len = from.len;
	return CG_OK;
}

static enum cg_status may_ask(const struct cg_client *client)
{
	if (client->peer->uid == 0) {
		return CG_E_DENIED;
	}
	return cg_rate_take(client->services->ntlm_rate, client->peer->uid,
			    cg_rate_now_ms())
		       ? CG_OK : CG_E_LIMIT;
}

static enum cg_status find(TALLOC_CTX *mem_ctx, struct cg_client_ntlm *ask,
			   struct cg_bytes cache, struct cg_handle *tgt)
{
	struct cg_ccache *found;
	enum cg_status st = cg_client_tgt_find(ask->client, cache, &found);

	if (st != CG_OK) {
		return st;
	}
	*tgt = cg_ccache_tgt(found)->kept;
	return keep(mem_ctx, cg_ccache_principal(found), &ask->principal);
}

static enum cg_status ask_rules(const struct cg_client_ntlm *ask)
{
	const struct cg_rules_ask question = {
		.what = "ntlm answer",
		.protocol = CG_POLICY_NTLM,
		.peer = ask->client->peer,
		.client = ask->principal,
		.target = ask->target,
		.has_binding = ask->has_binding,
	};

	return cg_rules_check(&ask->client->services->rules, &question);
}

enum cg_status cg_client_ntlm_allow(TALLOC_CTX *mem_ctx,
				    struct cg_client_ntlm *ask,
				    struct cg_bytes cache,
				    struct cg_bytes target,
				    struct cg_handle *tgt)
{
	enum cg_status st = keep(mem_ctx, target, &ask->target);

	*tgt = (struct cg_handle){ 0 };
	if (st == CG_OK) {
		st = may_ask(ask->client);
	}
	if (st == CG_OK) {
		st = find(mem_ctx, ask, cache, tgt);
	}
	if (st != CG_OK) {
		cg_client_ntlm_audit(ask, st);
		return st;
	}
	return ask_rules(ask);
}
