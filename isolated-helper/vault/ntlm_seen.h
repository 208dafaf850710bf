/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The challenges that an entry has answered. A server makes a random one for
 * each authentication, so who brings one again replays it. The last ones are
 * kept; together with the age that a CHALLENGE may have (ntlm.h) and the rate
 * at which the broker lets a uid ask, older ones are of little use. */
#ifndef CG_VAULT_NTLM_SEEN_H
#define CG_VAULT_NTLM_SEEN_H

#include <stdint.h>

#include "idl/status.h"

#define CG_NTLM_SEEN_MAX 1024U

struct cg_ntlm_seen;

/* Made on first use: *all begins as NULL. CG_E_DENIED: it was there. */
CG_MUST_CHECK enum cg_status cg_ntlm_seen_add(struct cg_ntlm_seen **all,
					      const uint8_t *challenge);
/* all may be NULL. */
void cg_ntlm_seen_free(struct cg_ntlm_seen *all);

#endif
