/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A logon with what was kept of an earlier one: the long-term key of a TGT, or
 * a password held since there was no KDC. Only with the birth pack's leave. */
#ifndef CG_VAULT_KEPT_H
#define CG_VAULT_KEPT_H

#include <stdint.h>

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_entry;
struct cg_exchange;
struct cg_vault;

/* CG_E_NOT_FOUND: nothing was kept. CG_E_LIMIT: an exchange uses it now; two
 * at once could count as two wrong passwords. */
CG_MUST_CHECK enum cg_status cg_kept_find(const struct cg_vault *v,
					  uint32_t uid,
					  struct cg_handle handle,
					  const struct cg_entry **out);
/* Takes over tgt, which is in no store: it takes the place of the TGT that ex
 * began with, or goes into the store. *out is where it is. */
CG_MUST_CHECK enum cg_status cg_kept_replace(struct cg_vault *v,
					     const struct cg_exchange *ex,
					     struct cg_entry *tgt,
					     struct cg_entry **out);
/* The KDC answered no, and would again, and count it. */
void cg_kept_refused(struct cg_vault *v, const struct cg_exchange *ex);

#endif
