/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/policy.h"

#include "idl/policy.h"
#include "isolated-helper/vault/ntlm.h"
#include "isolated-helper/vault/store.h"
#include "isolated-helper/vault/vault.h"

static enum cg_status ask_ticket(const struct cg_vault *v,
				 struct cg_bytes client,
				 struct cg_bytes server)
{
	uint8_t user[CG_POLICY_TEXT_MAX];
	uint8_t target[CG_POLICY_TEXT_MAX];
	const struct cg_policy_question q = {
		.protocol = CG_POLICY_KERBEROS,
		.user = cg_policy_principal(client, user, sizeof(user)),
		.target = cg_policy_principal(server, target, sizeof(target)),
	};

	if (q.user.len == 0 || q.target.len == 0) {
		return CG_E_LIMIT;
	}
	return cg_policy_decide(v->policy, &q).may ? CG_OK : CG_E_DENIED;
}

/* Without rules nothing is looked at, and no name is too long for them. */
enum cg_status cg_policy_may_ticket(const struct cg_vault *v,
				    struct cg_bytes client,
				    struct cg_bytes server)
{
	return v->policy.len == 0 ? CG_OK : ask_ticket(v, client, server);
}

static enum cg_status ask_answer(const struct cg_vault *v,
				 const struct cg_entry *tgt,
				 const struct cg_ntlm_ask *ask)
{
	uint8_t user[CG_POLICY_TEXT_MAX];
	const struct cg_policy_question q = {
		.protocol = CG_POLICY_NTLM,
		.user = cg_policy_principal(tgt->client, user, sizeof(user)),
		.target = ask->target,
	};
	struct cg_policy_answer answer = cg_policy_decide(v->policy, &q);

	if (q.user.len == 0) {
		return CG_E_LIMIT;
	}
	if (answer.needs_binding && ask->channel_bindings.len == 0 &&
	    !answer.is_trial) {
		answer.may = false;
	}
	return answer.may ? CG_OK : CG_E_DENIED;
}

enum cg_status cg_policy_may_answer(const struct cg_vault *v,
				    const struct cg_entry *tgt,
				    const struct cg_ntlm_ask *ask)
{
	return v->policy.len == 0 ? CG_OK : ask_answer(v, tgt, ask);
}
