/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whom a request is about (rule 3): the caller, or whom root names to open,
 * fill or close a logon session. */
#ifndef CG_BROKER_CLIENT_UID_H
#define CG_BROKER_CLIENT_UID_H

#include <stdint.h>
#include <sys/types.h>

#include "idl/status.h"

struct cg_client;

/* named: CG_UID_ALL is the caller. CG_E_DENIED: somebody else, and the caller
 * is not root; *out is then the caller. */
CG_MUST_CHECK enum cg_status cg_client_uid(const struct cg_client *client,
					   uint32_t named, uid_t *out);

#endif
