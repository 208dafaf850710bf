/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What an error of the broker means to PAM and to the user; the words are
 * those that pam_winbind's users know. */
#ifndef CG_PAM_KRB5_VERDICT_H
#define CG_PAM_KRB5_VERDICT_H

#include <stdbool.h>

struct cg_client_error;

struct cg_pam_verdict {
	int code;		/* PAM code */
	const char *text;	/* for the user; NULL: the code says enough */
	bool is_unreachable;	/* no domain controller answered */
	bool must_change;	/* the password was right, but is too old */
};

/* error->st is not CG_OK. */
struct cg_pam_verdict cg_pam_verdict_of(const struct cg_client_error *error);

#endif
