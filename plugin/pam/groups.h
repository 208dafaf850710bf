/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What groups a user is in, as the domain says: by the PAC of a logon, which
 * also fills winbind's caches, or by asking winbind. And whether that is
 * enough for require_membership_of. */
#ifndef CG_PAM_GROUPS_H
#define CG_PAM_GROUPS_H

#include <stdbool.h>
#include <stdint.h>
#include <wbclient.h>

#include "idl/bytes.h"

struct cg_pam_call;
struct cg_pam_user;

struct cg_pam_groups {
	struct wbcDomainSid *sids;	/* NULL: not known */
	uint32_t n_sids;
};

/* Gives the PAC to winbind, which checks it with the machine's own key.
 * PAM_AUTH_ERR: it is that of somebody else. PAM_IGNORE: winbind did not take
 * it, out is empty. Root only. out->sids is a child of call. */
int cg_pam_groups_prime(struct cg_pam_call *call,
			const struct cg_pam_user *user, struct cg_bytes pac,
			struct cg_pam_groups *out);
/* PAM_SUCCESS, PAM_PERM_DENIED, or what kept us from knowing. groups may be
 * empty: winbind is asked then. */
int cg_pam_groups_check(struct cg_pam_call *call,
			const struct cg_pam_user *user,
			const struct cg_pam_groups *groups);

#endif
