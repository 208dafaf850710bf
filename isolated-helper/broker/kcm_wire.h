/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names, credentials and search patterns as KCM carries them. */
#ifndef CG_BROKER_KCM_WIRE_H
#define CG_BROKER_KCM_WIRE_H

#include <talloc.h>

#include "idl/bytes.h"
#include "idl/cursor.h"

struct cg_ticket;
struct cg_ccache_match;

/* A name without its zero byte; r fails when there is none. */
struct cg_bytes cg_kcm_wire_name(struct cg_reader *r);
/* CG_E_PROTO: malformed or beyond the limits of the IDL. */
CG_MUST_CHECK enum cg_status cg_kcm_wire_cred(struct cg_reader *r,
					      TALLOC_CTX *mem_ctx,
					      struct cg_ticket **out);
/* The only place where a ticket is turned into bytes for a client: of a TGT
 * come names, times and flags, and neither key nor ticket, whatever t has. */
void cg_kcm_wire_put_cred(struct cg_writer *w, const struct cg_ticket *t);
size_t cg_kcm_wire_cred_len(const struct cg_ticket *t);
/* Flags and pattern of RETRIEVE and REMOVE_CRED; views into the message. */
void cg_kcm_wire_match(struct cg_reader *r, struct cg_ccache_match *out);

#endif
