/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The key that a KDC and we make of a user's password. Policy may let the
 * vault keep it with the TGT, so that a TGT that can be renewed no more is
 * got anew. */
#ifndef CG_VAULT_KRB5_LONG_TERM_H
#define CG_VAULT_KRB5_LONG_TERM_H

#include <krb5.h>
#include <stdint.h>

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_entry;
struct cg_secret;

/* What an AS exchange gathers for it. */
struct cg_long_term {
	struct cg_secret *password;	/* a copy; NULL: no key is wanted */
	struct cg_bytes info;		/* ETYPE-INFO2, malloc'ed */
	struct cg_secret *made;		/* NULL: not, or not yet */
	int32_t enctype;
};

/* Each reply that libkrb5 has accepted. Of the AS-REP the key is made, when it
 * is the one that opens it; nobody believes a salt that proves nothing. */
void cg_long_term_absorb(krb5_context ctx, struct cg_long_term *lt,
			 const krb5_data *reply);
/* Moves the key, if there is one, to tgt. */
void cg_long_term_give(struct cg_long_term *lt, struct cg_entry *tgt);
void cg_long_term_forget(struct cg_long_term *lt);
/* A keytab in memory with the key of tgt, for its client. Nobody else's, so
 * that it goes when it is closed. */
CG_MUST_CHECK krb5_error_code cg_long_term_keytab(krb5_context ctx,
						  const struct cg_entry *tgt,
						  krb5_principal client,
						  krb5_keytab *out);

#endif
