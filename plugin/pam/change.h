/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tells the domain a new password (RFC 3244), through the vault. */
#ifndef CG_PAM_CHANGE_H
#define CG_PAM_CHANGE_H

struct cg_pam_call;
struct cg_pam_user;
struct cg_password;

/* A PAM code; the user has been told why not. */
int cg_pam_change(struct cg_pam_call *call, const struct cg_pam_user *user,
		  const struct cg_password *old,
		  const struct cg_password *fresh);

#endif
