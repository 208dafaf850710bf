/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signing in while no domain controller can be reached: against the verifier
 * that a logon with one has left. */
#ifndef CG_PAM_OFFLINE_LOGON_H
#define CG_PAM_OFFLINE_LOGON_H

struct cg_pam_call;
struct cg_pam_user;
struct cg_password;

/* A PAM code; PAM_AUTHINFO_UNAVAIL: there is no verifier to ask. The user has
 * been told. */
int cg_pam_offline_check(struct cg_pam_call *call,
			 const struct cg_pam_user *user,
			 const struct cg_password *password);
/* After a logon that a domain controller has proved. It may fail, or others
 * may be at it: then what was there before stays. Root only. */
void cg_pam_offline_store(struct cg_pam_call *call,
			  const struct cg_pam_user *user,
			  const struct cg_password *password);

#endif
