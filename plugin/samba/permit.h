/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether a connection may use what the vault has: only a client that was
 * given nothing else to sign in with. */
#ifndef CG_SAMBA_PERMIT_H
#define CG_SAMBA_PERMIT_H

#include <stdbool.h>

#include "plugin/samba/gensec_api.h"

/* Never asks the user for a password. */
bool cg_permit(const struct gensec_security *gensec);
/* The user may have been named (-U bob): then only that user's answer may be
 * used. user: as the vault knows the caller. */
bool cg_permit_user(struct cli_credentials *creds, const char *user);

#endif
