/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One event for each decision about somebody's credentials; never a secret in
 * it. audit_kinds.c has the table of events. */
#ifndef CG_BROKER_AUDIT_H
#define CG_BROKER_AUDIT_H

#include <sys/types.h>

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_audit_log;
struct cg_peer;

enum cg_audit_mode {
	CG_AUDIT_ENFORCED = 0,
	CG_AUDIT_ONLY_TOLD		/* a rule that is on trial */
};

struct cg_audit {
	struct cg_audit_log *log;	/* NULL: a line of text, no more */
	const char *what;		/* "logon", "service ticket", ... */
	uid_t uid;
	const struct cg_peer *peer;	/* NULL: several, or gone */
	struct cg_bytes client;		/* principals as on the wire, */
	struct cg_bytes server;		/* empty when there is none */
	struct cg_bytes target;		/* of NTLM: "service/host", or empty */
	const char *rule;		/* that decided; NULL: none */
	enum cg_audit_mode mode;
	enum cg_status result;
	uint32_t detail;		/* with CG_E_KRB5: of the header */
};

void cg_audit(const struct cg_audit *event);

#endif
