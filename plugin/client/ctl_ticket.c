/* SPDX-License-Identifier: GPL-3.0-or-later */
/* RFC 4120, 2.3: renewable tickets. */
#include "plugin/client/ctl_ticket.h"

#include "idl/cg_idl.h"

#define FLAG_RENEWABLE 0x00800000U	/* bit 8 of TicketFlags */

bool cg_ctl_ticket_has_expired(const struct cg_client_list_out *cache,
			       uint64_t now)
{
	return cache->has_tgt != 0 && cache->endtime <= now;
}

bool cg_ctl_ticket_may_renew(const struct cg_client_list_out *cache,
			     uint64_t now)
{
	return cache->has_tgt != 0 && cache->endtime > now &&
	       (cache->ticket_flags & FLAG_RENEWABLE) != 0 &&
	       cache->renew_till > now;
}

bool cg_ctl_ticket_ends(const struct cg_client_list_out *cache, uint64_t now)
{
	return cache->has_tgt != 0 && cache->endtime > now &&
	       cache->next_due == 0 &&
	       !(cg_ctl_ticket_may_renew(cache, now) &&
		 cache->renew_till > cache->endtime);
}
