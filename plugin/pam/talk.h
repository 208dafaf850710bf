/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is said to the user and to the log; never a secret. */
#ifndef CG_PAM_TALK_H
#define CG_PAM_TALK_H

struct cg_pam_call;
struct cg_password;

/* A message for the user, unless the application or an option forbids it. */
void cg_pam_tell(struct cg_pam_call *call, const char *text);
void cg_pam_tell_error(struct cg_pam_call *call, const char *text);

/* priority as in syslog(3); LOG_DEBUG only with the option debug. */
void cg_pam_log(const struct cg_pam_call *call, int priority,
		const char *format, ...)
	__attribute__((format(printf, 3, 4)));

#endif
