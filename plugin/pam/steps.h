/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What libpam asks for, each in its own file; a PAM code. */
#ifndef CG_PAM_STEPS_H
#define CG_PAM_STEPS_H

struct cg_pam_call;

int cg_pam_authenticate(struct cg_pam_call *call);
int cg_pam_setcred(struct cg_pam_call *call);
int cg_pam_account(struct cg_pam_call *call);
int cg_pam_open_session(struct cg_pam_call *call);
int cg_pam_close_session(struct cg_pam_call *call);
int cg_pam_chauthtok(struct cg_pam_call *call);

#endif
