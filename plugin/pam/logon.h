/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signing in with a password, through the vault: one typed password is one
 * question to a domain controller. */
#ifndef CG_PAM_LOGON_H
#define CG_PAM_LOGON_H

struct cg_pam_call;
struct cg_pam_memory;
struct cg_pam_user;
struct cg_password;

/* A PAM code; PAM_NEW_AUTHTOK_REQD: right, but must be changed before it
 * counts. The user has been told what the code alone does not say.
 * *password is forgotten in any case. memory learns what was acquired. */
int cg_pam_logon(struct cg_pam_call *call, const struct cg_pam_user *user,
		 struct cg_password **password, struct cg_pam_memory *memory);

#endif
