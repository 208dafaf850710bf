/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who may have what: the rules of credguard.conf, compiled. The guardian hands
 * them to the vault in its birth pack; vault, broker and credguardctl decide
 * by the same code. Neither allocates nor keeps anything. */
#ifndef CG_IDL_POLICY_H
#define CG_IDL_POLICY_H

#include <stdbool.h>

#include "idl/cursor.h"

#define CG_POLICY_RULES_MAX 64U
#define CG_POLICY_NAME_MAX 32U
#define CG_POLICY_LIST_MAX 1024U	/* patterns, with commas */
#define CG_POLICY_TEXT_MAX 1024U	/* of a user or a target */

/* Bits. */
enum cg_policy_protocol {
	CG_POLICY_KERBEROS = 1,		/* a service ticket */
	CG_POLICY_NTLM = 2,		/* an NTLMv2 answer */
	CG_POLICY_DELEGATION = 4,	/* a ticket in another's name, by
					 * S4U2Proxy; needs a rule */
	CG_POLICY_FOR_USER = 8,		/* a service ticket, for a process of
					 * root that serves the user; needs a
					 * rule */
	CG_POLICY_ALL = 15
};

#define CG_POLICY_BY_RULE (CG_POLICY_DELEGATION | CG_POLICY_FOR_USER)

enum cg_policy_flag {
	CG_POLICY_ALLOW = 1,
	CG_POLICY_TRIAL = 2,		/* mode = audit: only told */
	CG_POLICY_RC4 = 4,		/* tickets of that type are taken */
	CG_POLICY_BINDING = 8,		/* NTLM not without channel binding */
	CG_POLICY_FLAGS = 15
};

/* An empty list matches everything. Patterns: * any characters, ? one; case
 * does not count. A pattern without @ is held against what stands before it.
 * In the lists of programs each begins with cgroup: or label:. */
struct cg_policy_rule {
	struct cg_bytes name;
	uint32_t protocols;	/* enum cg_policy_protocol */
	uint32_t flags;		/* enum cg_policy_flag */
	struct cg_bytes users;		/* alice@EXAMPLE.TEST */
	struct cg_bytes programs;
	struct cg_bytes targets;	/* cifs/fs1.example.test@REALM */
};

/* Of a peer, as the kernel says; empty: it does not. The path of a program is
 * not among them: the kernel shows it to nobody else, and who has the same uid
 * can put its own code into that process. */
struct cg_policy_program {
	struct cg_bytes cgroup;
	struct cg_bytes label;
	bool is_lost;		/* neither is told: a rule for programs that
				 * refuses counts as if it matched */
};

struct cg_policy_question {
	enum cg_policy_protocol protocol;
	struct cg_bytes user;
	struct cg_bytes target;
	/* Is there a target at all? target is empty then, and a rule for some
	 * that allows counts as if it matched, one that refuses as if not. */
	bool any_target;
	/* NULL: not known, as in the vault. A rule for programs that allows
	 * then counts as if it matched, one that refuses as if it did not:
	 * who knows the program decides. */
	const struct cg_policy_program *program;
};

struct cg_policy_answer {
	bool may;
	bool is_trial;		/* may, but the rule, enforced, would refuse;
				 * or needs_binding is not insisted on */
	bool rc4;
	bool needs_binding;
	struct cg_bytes rule;	/* its name; empty: none matched */
};

/* The next rule of compiled ones; false at their end. */
bool cg_policy_next(struct cg_reader *r, struct cg_policy_rule *out);
/* Whether they are whole; an empty policy is. */
CG_MUST_CHECK enum cg_status cg_policy_check(struct cg_bytes compiled);
/* The first rule that matches decides; without one everything may that needs
 * none. compiled was checked. */
struct cg_policy_answer cg_policy_decide(struct cg_bytes compiled,
					 const struct cg_policy_question *q);
/* A principal of the wire as in the rules, "service/host@REALM", in a buffer
 * of the caller's; empty: it does not fit, or is none. */
struct cg_bytes cg_policy_principal(struct cg_bytes principal, uint8_t *out,
				    size_t cap);
/* Whether one of the patterns matches text. */
bool cg_policy_list_matches(struct cg_bytes list, struct cg_bytes text);

#endif
