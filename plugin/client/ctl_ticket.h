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

#endif
