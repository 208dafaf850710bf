/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which tickets of a cache the program that asks may see. */
#ifndef CG_BROKER_KCM_RULES_H
#define CG_BROKER_KCM_RULES_H

#include <stdbool.h>

#include "isolated-helper/broker/kcm_call.h"
#include "isolated-helper/broker/program.h"

struct cg_ccache_entry;
struct cg_ccache_tickets;

/* Of one request. */
struct cg_kcm_rules {
	const struct cg_kcm_call *call;
	bool is_needed;		/* there are rules */
	struct cg_program program;
};

void cg_kcm_rules_begin(const struct cg_kcm_call *call,
			struct cg_kcm_rules *out);
/* The next entry that it may see; NULL: none. It has more than one look at
 * them, so nothing is audited. */
const struct cg_ccache_entry *cg_kcm_rules_next(
	const struct cg_kcm_rules *rules,
	const struct cg_ccache_tickets *tickets,
	const struct cg_ccache_entry *entry);
/* CG_E_DENIED, and audited: the peer, which is root's, may not serve the user
 * of that cache; client is empty where there is none. */
CG_MUST_CHECK enum cg_status cg_kcm_rules_may_serve(
	const struct cg_kcm_call *call, struct cg_bytes client);
/* CG_E_KRB5, and EPERM for the client: refused, and audited. */
CG_MUST_CHECK enum cg_status cg_kcm_rules_may(struct cg_kcm_call *call,
					      struct cg_kcm_subject subject);
/* The same for server in the name of a user who came to client. Without any
 * rule it is the vault that refuses. */
CG_MUST_CHECK enum cg_status cg_kcm_rules_may_delegate(
	struct cg_kcm_call *call, struct cg_kcm_subject subject);

#endif
