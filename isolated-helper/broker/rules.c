/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See rules.h. */
#include "isolated-helper/broker/rules.h"

#include <string.h>

#include "isolated-helper/broker/audit.h"
#include "isolated-helper/broker/peer.h"
#include "isolated-helper/broker/program.h"

static struct cg_rules_name name_of(const struct cg_policy_answer *answer)
{
	struct cg_rules_name name = { "" };

	if (answer->rule.len > 0) {
		/* At most CG_POLICY_NAME_MAX: cg_policy_check looked. */
		memcpy(name.text, answer->rule.data, answer->rule.len);
	}
	return name;
}

static void audit(const struct cg_rules *rules,
		  const struct cg_rules_ask *ask,
		  const struct cg_policy_answer *answer)
{
	const struct cg_rules_name name = name_of(answer);
	const struct cg_audit event = {
		.log = rules->audit,
		.what = ask->what,
		.uid = ask->peer->uid,
		.peer = ask->peer,
		.client = ask->client,
		.server = ask->server,
		.target = ask->target,
		.rule = name.text,
		.mode = answer->is_trial ? CG_AUDIT_ONLY_TOLD
					 : CG_AUDIT_ENFORCED,
		.result = CG_E_DENIED,
	};

	cg_audit(&event);
}

static struct cg_policy_answer decide(const struct cg_rules *rules,
				      const struct cg_rules_ask *ask)
{
	uint8_t user[CG_POLICY_TEXT_MAX];
	uint8_t target[CG_POLICY_TEXT_MAX];
	struct cg_program found = { "", "" };
	struct cg_policy_program view;
	const struct cg_policy_question q = {
		.protocol = ask->protocol,
		.user = cg_policy_principal(ask->client, user, sizeof(user)),
		.target = ask->server.len == 0 ? ask->target :
			  cg_policy_principal(ask->server, target,
					      sizeof(target)),
		.any_target = ask->protocol == CG_POLICY_FOR_USER &&
			      ask->server.len == 0,
		.program = ask->program == NULL && ask->peer == NULL ? NULL
								     : &view,
	};

	if (ask->program == NULL && ask->peer != NULL) {
		cg_program_read(ask->peer, &found);
	}
	view = cg_program_of(ask->program != NULL ? ask->program : &found);
	return cg_policy_decide(rules->compiled, &q);
}

enum cg_status cg_rules_check(const struct cg_rules *rules,
			      const struct cg_rules_ask *ask)
{
	struct cg_policy_answer answer;
	bool is_refused;

	if (rules->compiled.len == 0) {
		return CG_OK;
	}
	answer = decide(rules, ask);
	is_refused = !answer.may ||
		     (answer.needs_binding && !ask->has_binding &&
		      !answer.is_trial);
	if (!ask->is_quiet &&
	    (is_refused || (answer.is_trial &&
			    !(answer.needs_binding && ask->has_binding)))) {
		audit(rules, ask, &answer);
	}
	return is_refused ? CG_E_DENIED : CG_OK;
}

void cg_rules_find(const struct cg_rules *rules,
		   const struct cg_rules_ask *ask, struct cg_rules_name *out)
{
	struct cg_policy_answer answer = decide(rules, ask);

	*out = name_of(&answer);
}
