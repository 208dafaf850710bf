/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See audit_limit.h: a bucket of tokens for each user. */
#include "isolated-helper/broker/audit_limit.h"

#define TOKEN 1000U

static uint64_t full(const struct cg_audit_limit *limit)
{
	return (uint64_t)limit->per_s * CG_AUDIT_LIMIT_BURST_S * TOKEN;
}

/* The user's place, else a free one, else that of who was quiet longest. */
static struct cg_audit_limit_user *find(struct cg_audit_limit *limit,
					uid_t uid)
{
	struct cg_audit_limit_user *best = &limit->users[0];

	for (size_t i = 0; i < CG_AUDIT_LIMIT_USERS; i++) {
		struct cg_audit_limit_user *user = &limit->users[i];

		if (user->is_used && user->uid == uid) {
			return user;
		}
		if (best->is_used &&
		    (!user->is_used || user->seen_ms < best->seen_ms)) {
			best = user;
		}
	}
	return best;
}

static void refill(const struct cg_audit_limit *limit,
		   struct cg_audit_limit_user *user, uint64_t now_ms)
{
	uint64_t passed_ms = now_ms - user->seen_ms;
	uint64_t most = full(limit);

	user->seen_ms = now_ms;
	/* Compared first, so that the product fits. */
	if (passed_ms >= (uint64_t)CG_AUDIT_LIMIT_BURST_S * 1000) {
		user->tokens_ms = most;
		return;
	}
	user->tokens_ms += passed_ms * limit->per_s;
	user->tokens_ms = user->tokens_ms < most ? user->tokens_ms : most;
}

bool cg_audit_limit_take(struct cg_audit_limit *limit, uid_t uid,
			 uint64_t now_ms, struct cg_audit_limit_missed *missed)
{
	struct cg_audit_limit_user *user = find(limit, uid);

	*missed = (struct cg_audit_limit_missed){ .n = 0 };
	if (user->is_used && user->uid == uid) {
		refill(limit, user, now_ms);
	} else {
		*missed = (struct cg_audit_limit_missed){
			user->uid, user->n_suppressed };
		*user = (struct cg_audit_limit_user){
			.uid = uid, .is_used = true, .seen_ms = now_ms,
			.tokens_ms = full(limit) };
	}
	if (user->tokens_ms < TOKEN) {
		user->n_suppressed++;
		return false;
	}
	user->tokens_ms -= TOKEN;
	if (user->n_suppressed > 0) {
		*missed = (struct cg_audit_limit_missed){
			uid, user->n_suppressed };
		user->n_suppressed = 0;
	}
	return true;
}

struct cg_audit_limit_missed cg_audit_limit_next(struct cg_audit_limit *limit)
{
	for (size_t i = 0; i < CG_AUDIT_LIMIT_USERS; i++) {
		struct cg_audit_limit_user *user = &limit->users[i];
		uint64_t n = user->n_suppressed;

		if (n > 0) {
			user->n_suppressed = 0;
			return (struct cg_audit_limit_missed){ user->uid, n };
		}
	}
	return (struct cg_audit_limit_missed){ .n = 0 };
}
