/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Logon sessions at the broker, for root. */
#ifndef CG_PAM_SESSIONS_H
#define CG_PAM_SESSIONS_H

#include <sys/types.h>

struct cg_pam_call;
struct cg_pam_memory;

/* A PAM code. memory gets the session and its cache. */
int cg_pam_sessions_open(struct cg_pam_call *call,
			 struct cg_pam_memory *memory);
int cg_pam_sessions_close(struct cg_pam_call *call,
			  struct cg_pam_memory *memory);
/* Erases what uid has, unless another session of it goes on. */
void cg_pam_sessions_abandon(uid_t uid);

#endif
