/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rules of credguard.conf, where the program that asks is known. What the
 * vault can tell it is held to by the vault as well. */
#ifndef CG_BROKER_RULES_H
#define CG_BROKER_RULES_H

#include <stdbool.h>

#include "idl/policy.h"

struct cg_audit_log;
struct cg_peer;
struct cg_program;

struct cg_rules {
	struct cg_bytes compiled;
	struct cg_audit_log *audit;
};

struct cg_rules_name {
	char text[CG_POLICY_NAME_MAX + 1];	/* "": none */
};

struct cg_rules_ask {
	const char *what;		/* of audit_kinds.c */
	enum cg_policy_protocol protocol;
	const struct cg_peer *peer;	/* NULL: not known, as in the vault */
	struct cg_bytes client;		/* principals, as on the wire */
	struct cg_bytes server;		/* empty for NTLM */
	struct cg_bytes target;		/* of NTLM, "service/host" or empty */
	bool has_binding;
	const struct cg_program *program;	/* NULL: look */
	bool is_quiet;			/* no event: only what is listed */
};

/* CG_E_DENIED: a rule refuses, which has been audited. What a rule that is on
 * trial would refuse is audited, too. */
CG_MUST_CHECK enum cg_status cg_rules_check(const struct cg_rules *rules,
					    const struct cg_rules_ask *ask);

/* Which rule decides it; nothing is audited. */
void cg_rules_find(const struct cg_rules *rules,
		   const struct cg_rules_ask *ask, struct cg_rules_name *out);

#endif
