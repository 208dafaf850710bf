/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the times and flags of a cache's TGT mean now. */
#ifndef CG_CLIENT_CTL_TICKET_H
#define CG_CLIENT_CTL_TICKET_H

#include <stdbool.h>
#include <stdint.h>

struct cg_client_list_out;

bool cg_ctl_ticket_has_expired(const struct cg_client_list_out *cache,
			       uint64_t now);
/* A KDC renews only what has not expired: an expired one is of no use. */
bool cg_ctl_ticket_may_renew(const struct cg_client_list_out *cache,
			     uint64_t now);

/* It is valid, and when it ends there is no other: nobody renews it, and
 * nothing was kept to get a new one with. */
bool cg_ctl_ticket_ends(const struct cg_client_list_out *cache, uint64_t now);

#endif
