/* SPDX-License-Identifier: GPL-3.0-or-later */
/* winbindd knows the realm of a domain's short name. */
#ifndef CG_WINBIND_DOMAIN_H
#define CG_WINBIND_DOMAIN_H

#include <talloc.h>
#include <tevent.h>

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_front;

/* On a connection of its own. */
struct tevent_req *cg_domain_realm_send(TALLOC_CTX *mem_ctx,
					struct cg_front *front,
					struct cg_bytes domain);
/* In capitals, a talloc child of mem_ctx. CG_E_NOT_FOUND: winbindd does not
 * know that domain, or it has none. */
CG_MUST_CHECK enum cg_status cg_domain_realm_recv(struct tevent_req *req,
						  TALLOC_CTX *mem_ctx,
						  char **out);

#endif
