/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between libkrb5's credentials and the store's entries. */
#ifndef CG_VAULT_KRB5_CREDS_H
#define CG_VAULT_KRB5_CREDS_H

#include <krb5.h>

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_entry;

/* A TGT that the KDC gave: kind TGT, or KEPT when it is no krbtgt. */
CG_MUST_CHECK enum cg_status cg_creds_to_entry(const krb5_creds *creds,
					       uint32_t uid,
					       struct cg_entry **out);
/* libkrb5 wipes the key only; this wipes the tickets as well. */
void cg_creds_forget(krb5_context ctx, krb5_creds *creds);
struct cg_bytes cg_creds_view(const krb5_data *d);
/* libkrb5 must only read it. */
krb5_data cg_creds_data(struct cg_bytes b);
/* libkrb5's times are 32 bits, unsigned since 1.16. */
uint64_t cg_creds_time(krb5_timestamp t);

#endif
