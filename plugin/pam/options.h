/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the administrator wrote: in the file of the module first, then on the
 * line of the PAM stack, which wins. */
#ifndef CG_PAM_OPTIONS_H
#define CG_PAM_OPTIONS_H

#include <stdbool.h>
#include <stdint.h>
#include <talloc.h>

#include "idl/status.h"

#define CG_PAM_CONF "/etc/security/pam_credguard.conf"

struct cg_pam_options {
	bool debug;
	bool silent;		/* nothing is told to the user */
	bool try_first_pass;
	bool use_first_pass;
	bool use_authtok;
	uint32_t warn_pwd_expire_days;	/* 0: never */
	const char *require_membership_of;	/* NULL: anybody */
};

/* A file that is not there is empty. CG_E_INVALID: an option that is none,
 * which *out_problem quotes. CG_E_DENIED: others than root may have written
 * the file. What out and *out_problem point to are children of mem_ctx. */
CG_MUST_CHECK enum cg_status cg_pam_options_file(
	TALLOC_CTX *mem_ctx, const char *path, struct cg_pam_options *out,
	char **out_problem);
CG_MUST_CHECK enum cg_status cg_pam_options_line(
	TALLOC_CTX *mem_ctx, int argc, const char **argv,
	struct cg_pam_options *out, char **out_problem);
/* Before either is read. */
void cg_pam_options_default(struct cg_pam_options *out);

#endif
