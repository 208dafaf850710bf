/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One call of an application into the module: what all its parts share. It is
 * a talloc context and ends with the call. */
#ifndef CG_PAM_CALL_H
#define CG_PAM_CALL_H

#include <security/pam_modules.h>
#include <stdbool.h>

#include "plugin/pam/options.h"

struct wbcContext;

struct cg_pam_call {
	pam_handle_t *pamh;
	int flags;
	const char *service;		/* "sshd"; never NULL */
	struct cg_pam_options options;
	struct wbcContext *winbind;
};

/* What an application hands to a pam_sm_ function. */
struct cg_pam_given {
	pam_handle_t *pamh;
	int flags;
	int argc;
	const char **argv;
};

/* A PAM code; what is wrong with the options has been logged. */
int cg_pam_call_open(const struct cg_pam_given *given,
		     struct cg_pam_call **out);
void cg_pam_call_close(struct cg_pam_call **call);

/* Only root opens sessions and asks for other uids. */
bool cg_pam_call_is_root(void);

#endif
