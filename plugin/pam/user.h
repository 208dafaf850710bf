/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who signs in: the name that was typed, in any spelling that NSS knows, to
 * the uid, and from there by winbind to the account of the domain. */
#ifndef CG_PAM_USER_H
#define CG_PAM_USER_H

#include <stdbool.h>	/* wbclient.h relies on it */
#include <stdint.h>
#include <sys/types.h>
#include <wbclient.h>

#include "idl/bytes.h"

struct cg_pam_call;

struct cg_pam_user {
	uid_t uid;
	struct wbcDomainSid sid;
	const char *domain;		/* EXAMPLE */
	const char *text;		/* alice@EXAMPLE.TEST, for the log */
	struct cg_bytes principal;	/* as on the wire */
};

/* A PAM code; PAM_USER_UNKNOWN: nobody, or a user of this machine only.
 * PAM_AUTHINFO_UNAVAIL: winbind does not answer. What out points to are
 * children of call. */
int cg_pam_user_find(struct cg_pam_call *call, struct cg_pam_user *out);

#endif
