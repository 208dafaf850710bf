/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The credential cache type KCM for the Heimdal inside Samba, which has none
 * (Debian builds it without). It is read-only: the client's name, a decoy of
 * the TGT, and service tickets, each fetched from the broker when a program
 * looks for it and held by nobody longer than the program does. */
#ifndef CG_SAMBA_KRB5_CCACHE_H
#define CG_SAMBA_KRB5_CCACHE_H

#include "idl/status.h"

struct cg_patience;

/* From now on every new krb5_context of this process knows the type. */
CG_MUST_CHECK enum cg_status cg_krb5_ccache_register(void);
/* The process's patience with the broker. */
struct cg_patience *cg_krb5_ccache_patience(void);

#endif
