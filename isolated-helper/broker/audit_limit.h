/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many events of one user are written; the others are counted. */
#ifndef CG_BROKER_AUDIT_LIMIT_H
#define CG_BROKER_AUDIT_LIMIT_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#define CG_AUDIT_LIMIT_USERS 256U
#define CG_AUDIT_LIMIT_BURST_S 10U	/* of a rate, at once */

struct cg_audit_limit_user {
	uid_t uid;
	bool is_used;
	uint64_t tokens_ms;		/* a token is 1000 */
	uint64_t seen_ms;
	uint64_t n_suppressed;
};

struct cg_audit_limit {
	uint32_t per_s;
	struct cg_audit_limit_user users[CG_AUDIT_LIMIT_USERS];
};

struct cg_audit_limit_missed {
	uid_t uid;
	uint64_t n;			/* 0: nothing was missed */
};

/* May an event of uid be written? missed is what somebody, who had to make
 * room or may be written again, was not. */
bool cg_audit_limit_take(struct cg_audit_limit *limit, uid_t uid,
			 uint64_t now_ms,
			 struct cg_audit_limit_missed *missed);
/* Once more for each user that was suppressed; n 0 ends it. */
struct cg_audit_limit_missed cg_audit_limit_next(struct cg_audit_limit *limit);

#endif
