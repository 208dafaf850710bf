/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What comes before and after every NTLM answer: who may have one, and the
 * log. */
#ifndef CG_BROKER_CLIENT_NTLM_H
#define CG_BROKER_CLIENT_NTLM_H

#include <stdbool.h>
#include <talloc.h>

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_client;

/* The first two set by the caller, the rest by allow: copies of mem_ctx's. */
struct cg_client_ntlm {
	const struct cg_client *client;
	bool has_binding;		/* to a TLS channel */
	struct cg_bytes principal;
	struct cg_bytes target;
	bool is_without_mic;	/* it can have none; also set by the caller */
};

/* The entry to answer with. Root is refused as itself (rule 3): it can become
 * the user, which is then seen. CG_E_LIMIT: too many a minute. The log is told
 * of a refusal. */
CG_MUST_CHECK enum cg_status cg_client_ntlm_allow(TALLOC_CTX *mem_ctx,
						  struct cg_client_ntlm *ask,
						  struct cg_bytes cache,
						  struct cg_bytes target,
						  struct cg_handle *tgt);
void cg_client_ntlm_audit(const struct cg_client_ntlm *ask, enum cg_status st);

#endif
