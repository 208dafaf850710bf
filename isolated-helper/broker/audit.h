/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One line for each decision about somebody's credentials. */
#ifndef CG_BROKER_AUDIT_H
#define CG_BROKER_AUDIT_H

#include <sys/types.h>

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_peer;

struct cg_audit {
	const char *what;		/* "logon", "service ticket", ... */
	uid_t uid;
	const struct cg_peer *peer;	/* NULL: several, or gone */
	struct cg_bytes client;		/* principals as on the wire, */
	struct cg_bytes server;		/* empty when there is none */
	enum cg_status result;
	uint32_t detail;		/* with CG_E_KRB5: of the header */
};

void cg_audit(const struct cg_audit *event);

#endif
