/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table of events. Numbers are for ever: programs search for them.
 * config/man/credguard-audit.5 is the same table for people. */
#ifndef CG_BROKER_AUDIT_KINDS_H
#define CG_BROKER_AUDIT_KINDS_H

#include <stddef.h>
#include <stdint.h>

#include "idl/status.h"

enum {
	CG_AUDIT_STARTED = 13,		/* as on Windows, from here */
	CG_AUDIT_STARTED_WEAK = 15,
	CG_AUDIT_VAULT_LOST = 16,
	CG_AUDIT_NTLM_REFUSED = 4013,
	CG_AUDIT_SECRET_REFUSED = 4014,
	CG_AUDIT_SUPPRESSED = 5100,	/* ours begin at 5001 */
	CG_AUDIT_LOST = 5101
};

struct cg_audit_kind {
	uint32_t id;
	const char *name;		/* struct cg_audit's what */
	const char *protocol;		/* NULL: of none */
	uint32_t refused_id;		/* when it was refused; 0: the same */
};

size_t cg_audit_kinds_n(void);
size_t cg_audit_kinds_find(const char *what);
const struct cg_audit_kind *cg_audit_kinds_at(size_t i);
/* Of an event of this kind with this result. */
uint32_t cg_audit_kinds_id(const struct cg_audit_kind *kind,
			   enum cg_status result);

enum { CG_AUDIT_ALLOWED, CG_AUDIT_REFUSED, CG_AUDIT_FAILED, CG_AUDIT_RESULTS };
/* One of these, and its name. */
unsigned int cg_audit_kinds_result(enum cg_status status);
const char *cg_audit_kinds_result_name(unsigned int result);

#endif
