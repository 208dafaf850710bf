/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The AS exchange, RFC 4120 3.1, by libkrb5's step functions: a password in,
 * a TGT out. Encrypted timestamp only; the client name may be canonicalised
 * by the KDC (RFC 6806). The TGT is never forwardable or proxiable. */
#ifndef CG_VAULT_KRB5_AS_H
#define CG_VAULT_KRB5_AS_H

#include <stdbool.h>
#include <stdint.h>

#include "idl/bytes.h"
#include "idl/status.h"

struct _krb5_context;
struct _krb5_creds;
struct cg_as;
struct cg_entry;
struct cg_secret;
struct cg_vault;

/* A message for a KDC of realm. Both are malloc'ed. */
struct cg_kdc_request {
	struct cg_bytes message;
	struct cg_bytes realm;
};

struct cg_as_wish {
	struct cg_bytes client;		/* wire form */
	uint32_t lifetime_s;		/* 0: as long as the KDC gives */
	uint32_t renewable_s;		/* 0: not renewable */
	bool for_kpasswd;		/* no TGT: for kadmin/changepw */
};

CG_MUST_CHECK enum cg_status cg_as_begin(struct cg_vault *v,
					 const struct cg_secret *password,
					 const struct cg_as_wish *wish,
					 struct cg_as **out);
/* With the long-term key of a TGT in the place of a password. */
CG_MUST_CHECK enum cg_status cg_as_begin_kept(struct cg_vault *v,
					      const struct cg_entry *tgt,
					      const struct cg_as_wish *wish,
					      struct cg_as **out);
/* reply is empty the first time. *more: send *out and step again. */
CG_MUST_CHECK enum cg_status cg_as_step(struct cg_vault *v, struct cg_as *as,
					struct cg_bytes reply, bool *more,
					struct cg_kdc_request *out);
/* After the last step: a new entry of kind TGT, not yet in the store. */
CG_MUST_CHECK enum cg_status cg_as_finish(struct cg_vault *v,
					  struct cg_as *as, uint32_t uid,
					  struct cg_entry **out);
/* What came of the password becomes tgt's: its NT hash, unless NTLM is off or
 * there is none, and its long-term key if policy lets it be kept. */
void cg_as_give(struct cg_as *as, struct cg_entry *tgt);
/* The same as libkrb5 has it; *out ends with cg_creds_forget(). */
CG_MUST_CHECK enum cg_status cg_as_creds(struct cg_vault *v, struct cg_as *as,
					 struct _krb5_creds *out);
/* as may be NULL. */
void cg_as_close(struct _krb5_context *ctx, struct cg_as *as);

#endif
