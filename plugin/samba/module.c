/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What Samba finds in gensec_credguard.so. */
#include "plugin/samba/module.h"

#include <util/debug.h>

#include "plugin/samba/ask.h"
#include "plugin/samba/guard.h"
#include "plugin/samba/krb5_ccache.h"
#include "plugin/samba/ntlmssp.h"
#include "plugin/samba/spnego.h"

NTSTATUS samba_init_module(TALLOC_CTX *mem_ctx)
{
	NTSTATUS status = cg_guard_check();

	if (!NT_STATUS_IS_OK(status)) {
		return status;
	}
	cg_ask_prepare();
	if (cg_krb5_ccache_register() != CG_OK) {
		DEBUG(0, ("credguard: no Kerberos from the vault: libkrb5 "
			  "takes no cache type\n"));
		return NT_STATUS_UNSUCCESSFUL;
	}
	status = cg_spnego_register(mem_ctx);
	if (NT_STATUS_IS_OK(status)) {
		status = cg_ntlmssp_register(mem_ctx);
	}
	return status;
}
