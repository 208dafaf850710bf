/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Getting the password: from the terminal or from a descriptor. */
#ifndef CG_CLIENT_CTL_PASSWORD_H
#define CG_CLIENT_CTL_PASSWORD_H

#include "idl/status.h"

struct cg_password;

/* Complains itself, except when a signal ended it: *out_signal tells. */
CG_MUST_CHECK enum cg_status cg_ctl_password_ask(const char *question,
						 struct cg_password *password,
						 int *out_signal);
CG_MUST_CHECK enum cg_status cg_ctl_password_read(
	int fd, struct cg_password *password);

#endif
