/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See kcm_rules.h. */
#include "isolated-helper/broker/kcm_rules.h"

#include <errno.h>

#include "isolated-helper/broker/audit.h"
#include "isolated-helper/broker/ccache_collection.h"
#include "isolated-helper/broker/rules.h"
#include "isolated-helper/broker/ticket.h"

static enum cg_status ask_for(const struct cg_kcm_call *call,
			      enum cg_policy_protocol protocol,
			      struct cg_kcm_subject subject,
			      const struct cg_program *program)
{
	const struct cg_rules_ask question = {
		.what = protocol == CG_POLICY_FOR_USER ? "for user"
						       : "retrieve",
		.protocol = protocol,
		.peer = call->peer,
		.client = subject.client,
		.server = subject.server,
		.program = program,
		.is_quiet = program != NULL,
	};

	return cg_rules_check(&call->kcm->setup.rules, &question);
}

/* Who serves a user gets what both may have. */
static enum cg_status ask(const struct cg_kcm_call *call,
			  struct cg_kcm_subject subject,
			  const struct cg_program *program)
{
	enum cg_status st = CG_OK;

	if (cg_kcm_call_is_for_user(call)) {
		st = ask_for(call, CG_POLICY_FOR_USER, subject, program);
	}
	return st == CG_OK ? ask_for(call, CG_POLICY_KERBEROS, subject,
				     program) : st;
}

enum cg_status cg_kcm_rules_may_serve(const struct cg_kcm_call *call,
				      struct cg_bytes client)
{
	const struct cg_kcm_subject subject = { .client = client };

	/* Without any rule all is allowed that needs none. */
	if (call->kcm->setup.rules.compiled.len == 0) {
		cg_kcm_call_audit(call, "for user", subject, CG_E_DENIED);
		return CG_E_DENIED;
	}
	return ask_for(call, CG_POLICY_FOR_USER, subject, NULL);
}

void cg_kcm_rules_begin(const struct cg_kcm_call *call,
			struct cg_kcm_rules *out)
{
	*out = (struct cg_kcm_rules){
		.call = call,
		.is_needed = call->kcm->setup.rules.compiled.len > 0,
	};
	if (out->is_needed) {
		cg_program_read(call->peer, &out->program);
	}
}

/* A TGT is shown as a decoy, whatever the rules. */
static bool may_see(const struct cg_kcm_rules *rules,
		    const struct cg_ccache_entry *entry)
{
	const struct cg_ticket *t = cg_ccache_entry_ticket(entry);
	const struct cg_kcm_subject subject = { t->client, t->server };

	return !rules->is_needed || t->kept.v != 0 ||
	       ask(rules->call, subject, &rules->program) == CG_OK;
}

const struct cg_ccache_entry *cg_kcm_rules_next(
	const struct cg_kcm_rules *rules,
	const struct cg_ccache_tickets *tickets,
	const struct cg_ccache_entry *entry)
{
	do {
		entry = cg_ccache_tickets_next(tickets, entry);
	} while (entry != NULL && !may_see(rules, entry));
	return entry;
}

enum cg_status cg_kcm_rules_may_delegate(struct cg_kcm_call *call,
					 struct cg_kcm_subject subject)
{
	const struct cg_rules_ask question = {
		.what = "delegation",
		.protocol = CG_POLICY_DELEGATION,
		.peer = call->peer,
		.client = subject.client,
		.server = subject.server,
	};

	if (cg_rules_check(&call->kcm->setup.rules, &question) == CG_OK) {
		return CG_OK;
	}
	return cg_kcm_call_fail(call, EPERM);
}

static void audit_for_user(const struct cg_kcm_call *call,
			   struct cg_kcm_subject subject)
{
	const struct cg_rules *rules = &call->kcm->setup.rules;
	const struct cg_rules_ask question = {
		.protocol = CG_POLICY_FOR_USER,
		.peer = call->peer,
		.client = subject.client,
		.server = subject.server,
	};
	struct cg_rules_name name;
	struct cg_audit event = {
		.log = rules->audit,
		.what = "for user",
		.uid = call->uid,
		.peer = call->peer,
		.client = subject.client,
		.server = subject.server,
		.result = CG_OK,
	};

	cg_rules_find(rules, &question, &name);
	event.rule = name.text;
	cg_audit(&event);
}

enum cg_status cg_kcm_rules_may(struct cg_kcm_call *call,
				struct cg_kcm_subject subject)
{
	if (ask(call, subject, NULL) == CG_OK) {
		if (cg_kcm_call_is_for_user(call)) {
			audit_for_user(call, subject);
		}
		return CG_OK;
	}
	return cg_kcm_call_fail(call, EPERM);
}
