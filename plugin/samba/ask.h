/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Questions to the broker by code that cannot wait in an event loop: Heimdal
 * asks its caches and blocks, as it does for a KDC. Each opens a connection
 * of its own, so any thread may ask at any time. */
#ifndef CG_SAMBA_ASK_H
#define CG_SAMBA_ASK_H

#include <talloc.h>

#include "idl/cg_idl.h"
#include "idl/status.h"

/* Once, before threads ask: tevent fills a table at its first use. */
void cg_ask_prepare(void);

struct cg_patience;

struct cg_ask_ticket {
	struct cg_client_make_ticket_out out;
	int32_t krb5_code;		/* with CG_E_KRB5 */
};

/* residual: what stands behind "KCM:"; "" is the default cache. The bytes in
 * *out are talloc children of mem_ctx. */
CG_MUST_CHECK enum cg_status cg_ask_cache(struct cg_patience *patience,
					  TALLOC_CTX *mem_ctx,
					  const char *residual,
					  struct cg_client_list_out *out);
CG_MUST_CHECK enum cg_status cg_ask_ticket(struct cg_patience *patience,
					   TALLOC_CTX *mem_ctx,
					   const char *residual,
					   struct cg_bytes server,
					   struct cg_ask_ticket *out);

#endif
