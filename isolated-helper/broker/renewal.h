/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Renews TGTs before they end, as long as their KDC lets them be renewed:
 * each at a time of its own between a half and three quarters of its life,
 * so that not all users of a morning come back together. What can be renewed
 * no more, or has ended, is got anew where the vault kept what that takes, as
 * long as its user is here: has a session or runs a process. A KDC that
 * refuses that is not asked again. */
#ifndef CG_BROKER_RENEWAL_H
#define CG_BROKER_RENEWAL_H

#include <stdbool.h>
#include <stdint.h>
#include <talloc.h>
#include <tevent.h>

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_acquire;
struct cg_audit_log;
struct cg_ccaches;
struct cg_renewal;
struct cg_sessions;
struct cg_ticket;

#define CG_RENEWAL_LOOK_S 5
#define CG_RENEWAL_AT_ONCE 32U		/* under way */

struct cg_renewal_setup {
	struct tevent_context *ev;
	struct cg_acquire *acquire;
	struct cg_ccaches *ccaches;
	struct cg_audit_log *audit;	/* NULL: lines of text only */
	const struct cg_sessions *sessions;
	bool may;			/* policy, like the next one */
	bool may_reacquire;
};

/* What comes next for a TGT. */
struct cg_renewal_plan {
	uint64_t due;			/* 0: it ends for good */
	bool reacquires;
};

/* NULL: out of memory. */
struct cg_renewal *cg_renewal_open(TALLOC_CTX *mem_ctx,
				   const struct cg_renewal_setup *setup);
struct cg_renewal_plan cg_renewal_plan(const struct cg_renewal *renewal,
				       const struct cg_ticket *tgt);

#endif
