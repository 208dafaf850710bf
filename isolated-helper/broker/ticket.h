/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One credential of a cache: a service ticket, a config entry, or the visible
 * half of a TGT whose other half is an entry of the vault. */
#ifndef CG_BROKER_TICKET_H
#define CG_BROKER_TICKET_H

#include <stdbool.h>
#include <stdint.h>
#include <talloc.h>

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_ticket_times {
	uint64_t authtime;
	uint64_t starttime;
	uint64_t endtime;
	uint64_t renew_till;
};

/* All buffers are talloc children. kept.v != 0: a TGT; session_key is then
 * empty and ticket too. The destructor wipes session_key and ticket. */
struct cg_ticket {
	struct cg_handle kept;
	struct cg_ticket_times times;
	uint32_t flags;			/* RFC 4120 TicketFlags */
	int32_t enctype;		/* of the session key; 0 for a decoy */
	uint8_t is_skey;
	bool has_ntlm;			/* kept: with an NT hash */
	bool has_long_term;		/* kept: can be got anew */
	struct cg_bytes client;		/* principals as on the wire */
	struct cg_bytes server;
	struct cg_secret_bytes session_key;
	struct cg_bytes ticket;
	struct cg_bytes second_ticket;
	struct cg_bytes addresses;	/* as in the ccache format, */
	struct cg_bytes authdata;	/* count included; may be empty */
	bool is_rc4;			/* it or its key; told, not kept */
	/* What a logon says beside; not for caches: */
	bool is_verified;
	uint32_t protected_user;	/* CG_PROTECTED_OFF and so on */
	struct cg_bytes pac;
};

/* NULL when out of memory. */
struct cg_ticket *cg_ticket_new(TALLOC_CTX *mem_ctx);
/* Copies of from's bytes, owned by the ticket. */
CG_MUST_CHECK enum cg_status cg_ticket_set(struct cg_ticket *t,
					   struct cg_bytes *member,
					   struct cg_bytes from);
CG_MUST_CHECK enum cg_status cg_ticket_set_key(struct cg_ticket *t,
					       struct cg_secret_bytes from);
/* NULL when out of memory. */
struct cg_ticket *cg_ticket_copy(TALLOC_CTX *mem_ctx,
				 const struct cg_ticket *from);
/* Bytes this ticket takes, for quotas. */
size_t cg_ticket_size(const struct cg_ticket *t);

#endif
