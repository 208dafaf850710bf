/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See kcm_rules.h. */
#include "isolated-helper/broker/kcm_rules.h"

#include <errno.h>

#include "isolated-helper/broker/audit.h"
#include "isolated-helper/broker/ccache_collection.h"
#include "isolated-helper/broker/rules.h"
#include "isolated-helper/broker/ticket.h"

static struct cg_rules_ask asking(const struct cg_kcm_rules *rules,
				  enum cg_policy_protocol protocol,
				  struct cg_kcm_subject subject)
{
	return (struct cg_rules_ask){
		.what = protocol == CG_POLICY_FOR_USER ? "for user"
						       : "retrieve",
		.protocol = protocol,
		.peer = rules->call->peer,
		.client = subject.client,
		.server = subject.server,
		.program = &rules->program,
	};
}

static enum cg_status ask_for(const struct cg_kcm_rules *rules,
			      enum cg_policy_protocol protocol,
			      struct cg_kcm_subject subject, bool is_quiet)
{
	struct cg_rules_ask asked = asking(rules, protocol, subject);

	asked.is_quiet = is_quiet;
	return cg_rules_check(&rules->call->kcm->setup.rules, &asked);
}

/* Who serves a user gets what both may have. */
static enum cg_status ask(const struct cg_kcm_rules *rules,
			  struct cg_kcm_subject subject, bool is_quiet)
{
	enum cg_status st = CG_OK;

	if (cg_kcm_call_is_for_user(rules->call)) {
		st = ask_for(rules, CG_POLICY_FOR_USER, subject, is_quiet);
	}
	return st == CG_OK ? ask_for(rules, CG_POLICY_KERBEROS, subject,
				     is_quiet) : st;
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

enum cg_status cg_kcm_rules_may_serve(const struct cg_kcm_call *call,
				      struct cg_bytes client)
{
	const struct cg_kcm_subject subject = { .client = client };
	struct cg_kcm_rules rules;

	cg_kcm_rules_begin(call, &rules);
	/* Without any rule all is allowed that needs none. */
	if (!rules.is_needed) {
		cg_kcm_call_audit(call, "for user", subject, CG_E_DENIED);
		return CG_E_DENIED;
	}
	return ask_for(&rules, CG_POLICY_FOR_USER, subject, false);
}

/* A TGT is shown as a decoy, whatever the rules. */
static bool may_see(const struct cg_kcm_rules *rules,
		    const struct cg_ccache_entry *entry)
{
	const struct cg_ticket *t = cg_ccache_entry_ticket(entry);
	const struct cg_kcm_subject subject = { t->client, t->server };

	return !rules->is_needed || t->kept.v != 0 ||
	       ask(rules, subject, true) == CG_OK;
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

static void audit_for_user(const struct cg_kcm_rules *rules,
			   struct cg_kcm_subject subject)
{
	const struct cg_kcm_call *call = rules->call;
	const struct cg_rules_ask asked = asking(rules, CG_POLICY_FOR_USER,
						 subject);
	struct cg_rules_name name;
	struct cg_audit event = {
		.log = call->kcm->setup.audit,
		.what = asked.what,
		.uid = call->uid,
		.peer = call->peer,
		.client = subject.client,
		.server = subject.server,
		.result = CG_OK,
	};

	cg_rules_find(&call->kcm->setup.rules, &asked, &name);
	event.rule = name.text;
	cg_audit(&event);
}

enum cg_status cg_kcm_rules_may(struct cg_kcm_call *call,
				struct cg_kcm_subject subject)
{
	struct cg_kcm_rules rules;

	cg_kcm_rules_begin(call, &rules);
	if (ask(&rules, subject, false) != CG_OK) {
		return cg_kcm_call_fail(call, EPERM);
	}
	if (cg_kcm_call_is_for_user(call)) {
		audit_for_user(&rules, subject);
	}
	return CG_OK;
}
