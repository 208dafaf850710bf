/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An error of the broker in the log, in the words all front ends share. */
#ifndef CG_PAM_REPORT_H
#define CG_PAM_REPORT_H

struct cg_client_error;
struct cg_pam_call;
struct cg_pam_user;

void cg_pam_report_error(struct cg_pam_call *call, int priority,
			 const char *what,
			 const struct cg_client_error *error);
/* The same, of what user tried. */
void cg_pam_report_refusal(struct cg_pam_call *call,
			   const struct cg_pam_user *user, const char *what,
			   const struct cg_client_error *error);

#endif
