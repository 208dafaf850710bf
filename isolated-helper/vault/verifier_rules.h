/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a guess may be made, and which record of a uid counts. */
#ifndef CG_VAULT_VERIFIER_RULES_H
#define CG_VAULT_VERIFIER_RULES_H

#include <stdbool.h>

#include "idl/bytes.h"
#include "idl/seen.h"
#include "idl/status.h"

struct cg_verifier;

struct cg_verifier_policy {
	uint32_t max_failures;
	uint32_t lockout_s;
	uint32_t max_age_s;		/* 0: no limit */
	uint32_t log_n;
	uint32_t r;
	uint32_t p;
};

/* Counts the guess to come as failed. Returns CG_OFFLINE_OK, _LOCKED or
 * _EXPIRED; but for OK v is as it was. A clock that was set back gains
 * nothing: the latest time that v knows of counts. */
uint32_t cg_verifier_rules_attempt(const struct cg_verifier_policy *policy,
				   uint64_t now, struct cg_verifier *v);
/* The guess was right. */
void cg_verifier_rules_succeed(struct cg_verifier *v);
/* 0: never. */
uint64_t cg_verifier_rules_expires(const struct cg_verifier_policy *policy,
				   const struct cg_verifier *v);

/* Remembers it. CG_E_DENIED: a newer one was seen. CG_E_LIMIT: of too many
 * uids. */
CG_MUST_CHECK enum cg_status cg_verifier_rules_seen(
	struct cg_verifier_rows *rows, const struct cg_verifier *v,
	struct cg_bytes record);
/* For a record made anew: above all that was seen and, but for clocks that
 * were wrong, above all before. */
uint64_t cg_verifier_rules_version(const struct cg_verifier_rows *rows,
				   uint32_t uid, uint64_t now);

#endif
