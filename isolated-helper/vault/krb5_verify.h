/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The second half of a verified logon: with the fresh TGT a ticket for this
 * machine is asked for and opened with the machine's key. A KDC that only
 * pretends to be the domain's cannot make such a ticket. */
#ifndef CG_VAULT_KRB5_VERIFY_H
#define CG_VAULT_KRB5_VERIFY_H

#include <stdbool.h>

#include "idl/bytes.h"
#include "idl/status.h"
#include "isolated-helper/vault/krb5_as.h"

struct _krb5_context;
struct cg_entry;
struct cg_exchange;
struct cg_vault;
struct cg_verify;

struct cg_verify_outcome {
	bool more;			/* send request and absorb again */
	struct cg_kdc_request request;
	struct cg_entry *tgt;		/* good, and in the store */
	struct cg_bytes pac;		/* malloc'ed; may be empty */
	uint32_t protected_user;	/* CG_PROTECTED_OFF and so on */
};

/* Takes over tgt. ex->verify is set; out->more is. */
CG_MUST_CHECK enum cg_status cg_verify_begin(struct cg_vault *v,
					     struct cg_exchange *ex,
					     struct cg_entry *tgt,
					     struct cg_verify_outcome *out);
/* When it fails the TGT is erased. CG_E_UNVERIFIED: the ticket is not sealed
 * to this machine, or is about somebody else. */
CG_MUST_CHECK enum cg_status cg_verify_absorb(struct cg_vault *v,
					      const struct cg_exchange *ex,
					      struct cg_bytes reply,
					      struct cg_verify_outcome *out);
/* verify may be NULL. */
void cg_verify_close(struct _krb5_context *ctx, struct cg_verify *verify);

#endif
