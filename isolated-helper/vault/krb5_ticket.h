/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opens a ticket that was made for this machine. */
#ifndef CG_VAULT_KRB5_TICKET_H
#define CG_VAULT_KRB5_TICKET_H

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_entry;
struct cg_vault;

/* service: a ticket that the TGS exchange gave, for the owner of the first
 * machine key. It must open with one of the machine's keys and be about the
 * same client, session key and times as what the KDC said of it. *pac is
 * malloc'ed, empty when there is none. Else CG_E_UNVERIFIED. */
CG_MUST_CHECK enum cg_status cg_ticket_prove(struct cg_vault *v,
					     const struct cg_entry *service,
					     struct cg_bytes *pac);

#endif
