/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * The TGS exchange, RFC 4120 3.3, with referrals (RFC 6806 8) and renewal.
 * Ours rather than libkrb5's step function, which loses the decrypted server
 * name and cannot renew (krb5_coders.h). The options are fixed: canonicalize,
 * plus renew for a renewal; never forwardable, forwarded or proxiable.
 */
#ifndef CG_VAULT_KRB5_TGS_H
#define CG_VAULT_KRB5_TGS_H

#include <stdbool.h>
#include <stdint.h>

#include "idl/bytes.h"
#include "idl/status.h"
#include "isolated-helper/vault/krb5_as.h"

struct _krb5_context;
struct cg_entry;
struct cg_tgs;
struct cg_vault;

#define CG_TGS_HOPS_MAX 8U

/* What a reply led to. Exactly one of the three: */
struct cg_tgs_outcome {
	bool more;			/* send request and absorb again */
	struct cg_kdc_request request;
	struct cg_entry *renewed;	/* took the old one's place */
	struct cg_entry *service;	/* may leave; not in the store */
	bool is_rc4;			/* the service's ticket or its key */
};

/* server in wire form, an empty realm means the TGT's; empty: renew the TGT
 * itself. CG_E_KRB5 with KRB5KRB_AP_ERR_TKT_EXPIRED for an expired TGT. */
CG_MUST_CHECK enum cg_status cg_tgs_begin(struct cg_vault *v,
					  const struct cg_entry *tgt,
					  struct cg_bytes server,
					  struct cg_tgs **out);
/* Right after begin: the ticket will be in the name of the user of evidence,
 * a ticket for the client. CG_E_DENIED: not without a rule for the server, and
 * in the TGT's realm only. */
CG_MUST_CHECK enum cg_status cg_tgs_delegate(struct cg_vault *v,
					     struct cg_tgs *tgs,
					     struct cg_bytes evidence);
CG_MUST_CHECK enum cg_status cg_tgs_request(struct cg_vault *v,
					    struct cg_tgs *tgs,
					    struct cg_kdc_request *out);
/* CG_E_DENIED: the KDC gave a ticket that may not leave; it is erased. */
CG_MUST_CHECK enum cg_status cg_tgs_absorb(struct cg_vault *v,
					   struct cg_tgs *tgs,
					   struct cg_bytes reply,
					   struct cg_tgs_outcome *out);
/* tgs may be NULL. */
void cg_tgs_close(struct _krb5_context *ctx, struct cg_tgs *tgs);

#endif
