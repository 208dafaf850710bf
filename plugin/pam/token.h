/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Passwords: typed for another module, or asked for here. What libpam and the
 * application hold of them is theirs; the copy that is given is ours, locked,
 * and the caller's to forget. */
#ifndef CG_PAM_TOKEN_H
#define CG_PAM_TOKEN_H

#include <stdbool.h>

struct cg_pam_call;
struct cg_password;

struct cg_pam_token {
	int item;		/* PAM_AUTHTOK or PAM_OLDAUTHTOK */
	const char *prompt;
	const char *again;	/* asked for twice; NULL: once */
	bool may_reuse;		/* take the item if it is there */
	bool may_ask;
};

/* A PAM code. What was asked for becomes the item. */
int cg_pam_token_get(struct cg_pam_call *call, const struct cg_pam_token *how,
		     struct cg_password **out);

#endif
