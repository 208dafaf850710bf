/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SPNEGO that offers the vault's Kerberos tickets to those mechanisms that
 * look for them in the credentials only. */
#ifndef CG_SAMBA_SPNEGO_H
#define CG_SAMBA_SPNEGO_H

#include "plugin/samba/gensec_api.h"

NTSTATUS cg_spnego_register(TALLOC_CTX *mem_ctx);

#endif
