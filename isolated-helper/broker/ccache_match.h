/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which ticket a client asks for: principals, and what it says matters. */
#ifndef CG_BROKER_CCACHE_MATCH_H
#define CG_BROKER_CCACHE_MATCH_H

#include <stdbool.h>
#include <stdint.h>

#include "idl/bytes.h"
#include "isolated-helper/broker/ticket.h"

/* Heimdal's KRB5_TC bits, which are those of the KCM protocol. */
#define CG_MATCH_NO_REALM (1U << 31)	/* of client and server */
#define CG_MATCH_ENCTYPE (1U << 30)
#define CG_MATCH_SERVER_NAME (1U << 29)	/* without the server's realm */
#define CG_MATCH_FLAGS_EXACT (1U << 28)
#define CG_MATCH_FLAGS (1U << 27)	/* at least these */
#define CG_MATCH_TIMES_EXACT (1U << 26)
#define CG_MATCH_TIMES (1U << 25)	/* good for at least as long */
#define CG_MATCH_AUTHDATA (1U << 24)
#define CG_MATCH_2ND_TICKET (1U << 23)
#define CG_MATCH_IS_SKEY (1U << 22)

/* Views into the client's message. */
struct cg_ccache_match {
	uint32_t which;			/* the bits above */
	uint32_t flags;
	int32_t enctype;
	bool is_skey;
	struct cg_ticket_times times;
	struct cg_bytes client;		/* empty: any */
	struct cg_bytes server;		/* empty: any */
	struct cg_bytes second_ticket;
	struct cg_bytes authdata;
};

bool cg_ccache_match(const struct cg_ccache_match *match,
		     const struct cg_ticket *t);
/* Both principals are given with their realms: a table finds it. */
bool cg_ccache_match_is_exact(const struct cg_ccache_match *match);

#endif
