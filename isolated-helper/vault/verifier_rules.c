/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/verifier_rules.h"

#include <stddef.h>

#include "idl/cg_idl.h"
#include "idl/limits.h"
#include "isolated-helper/vault/verifier.h"

#define TAG_BITS 24U
#define TIME_BITS 8U	/* room for the records between two of one second */

_Static_assert(sizeof(struct cg_verifier_rows) == CG_SEEN_LEN, "the file");

uint64_t cg_verifier_rules_expires(const struct cg_verifier_policy *policy,
				   const struct cg_verifier *v)
{
	return policy->max_age_s != 0 ? v->made + policy->max_age_s : 0;
}

uint32_t cg_verifier_rules_attempt(const struct cg_verifier_policy *policy,
				   uint64_t now, struct cg_verifier *v)
{
	uint64_t expires = cg_verifier_rules_expires(policy, v);

	if (now < v->last_seen) {
		now = v->last_seen;
	}
	if (expires != 0 && now >= expires) {
		return CG_OFFLINE_EXPIRED;
	}
	if (v->locked_until > now) {
		return CG_OFFLINE_LOCKED;
	}
	if (v->locked_until != 0) {
		v->locked_until = 0;
		v->n_failures = 0;
	}
	v->n_failures++;
	if (v->n_failures >= policy->max_failures) {
		v->locked_until = now + policy->lockout_s;
	}
	v->last_seen = now;
	v->version++;
	return CG_OFFLINE_OK;
}

void cg_verifier_rules_succeed(struct cg_verifier *v)
{
	v->n_failures = 0;
	v->locked_until = 0;
	v->last_use = v->last_seen;
	v->version++;
}

/* CG_VERIFIER_ROWS: not there, and no room. n is what a file says. */
static size_t find(const struct cg_verifier_rows *rows, uint32_t uid)
{
	size_t i = 0;

	while (i < rows->n && i < CG_VERIFIER_ROWS &&
	       rows->row[i].uid != uid) {
		i++;
	}
	return i;
}

/* At once, and after all that was written before. */
static void set(uint64_t *at, uint64_t value)
{
	__atomic_store_n(at, value, __ATOMIC_RELEASE);
}

/* The record is whole: it was opened. Its last bytes are the tag's. */
static uint64_t mark_of(const struct cg_verifier *v, struct cg_bytes record)
{
	const uint8_t *tag = record.data + record.len - 3;

	return v->version << TAG_BITS | (uint64_t)tag[0] << 16 |
	       (uint64_t)tag[1] << 8 | tag[2];
}

enum cg_status cg_verifier_rules_seen(struct cg_verifier_rows *rows,
				      const struct cg_verifier *v,
				      struct cg_bytes record)
{
	uint64_t mark = mark_of(v, record);
	size_t i = find(rows, v->uid);

	if (i == CG_VERIFIER_ROWS) {
		return CG_E_LIMIT;
	}
	if (i == rows->n) {
		rows->row[i].uid = v->uid;
		set(&rows->row[i].mark, mark);
		set(&rows->n, rows->n + 1);
		return CG_OK;
	}
	if (mark == rows->row[i].mark) {
		return CG_OK;
	}
	if (v->version <= rows->row[i].mark >> TAG_BITS) {
		return CG_E_DENIED;
	}
	set(&rows->row[i].mark, mark);
	return CG_OK;
}

uint64_t cg_verifier_rules_version(const struct cg_verifier_rows *rows,
				   uint32_t uid, uint64_t now)
{
	size_t i = find(rows, uid);
	uint64_t by_time = now << TIME_BITS;
	bool is_there = i < rows->n && i < CG_VERIFIER_ROWS;
	uint64_t by_row = is_there ? (rows->row[i].mark >> TAG_BITS) + 1 : 1;

	return by_time > by_row ? by_time : by_row;
}
