/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NTLMSSP whose NTLMv2 response comes from the vault. */
#ifndef CG_SAMBA_NTLMSSP_H
#define CG_SAMBA_NTLMSSP_H

#include "plugin/samba/gensec_api.h"

NTSTATUS cg_ntlmssp_register(TALLOC_CTX *mem_ctx);

#endif
