/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The built-in does everything but the one step that needs the NT hash: the
 * answer to the CHALLENGE is preset in credentials that exist for that step
 * only. Negotiation, MIC, key exchange, signing and sealing are Samba's. */
#include "plugin/samba/ntlmssp.h"

#include <string.h>

#include "plugin/samba/ask.h"
#include "plugin/samba/krb5_ccache.h"
#include "plugin/samba/ntlm_update.h"
#include "plugin/samba/permit.h"
#include "plugin/samba/wrap.h"

/* Samba's own credential cache, winbindd, would be asked first and win: it
 * stays where the vault has nothing. */
static bool has_logon_or_no_winbind(const struct gensec_security *gensec)
{
	struct cg_client_list_out ignored;
	TALLOC_CTX *frame;
	enum cg_status st = CG_E_NO_MEMORY;

	if ((gensec->want_features & GENSEC_FEATURE_NTLM_CCACHE) == 0) {
		return true;
	}
	frame = talloc_new(gensec);
	if (frame != NULL) {
		st = cg_ask_cache(cg_krb5_ccache_patience(), frame, "",
				  &ignored);
	}
	talloc_free(frame);
	return st == CG_OK;
}

static bool may_answer(const struct gensec_security *gensec)
{
	return gensec->target.hostname != NULL &&
	       gensec->target.service != NULL && cg_permit(gensec) &&
	       cli_credentials_get_kerberos_state(gensec->credentials) !=
		       CRED_USE_KERBEROS_REQUIRED &&
	       has_logon_or_no_winbind(gensec);
}

static NTSTATUS client_start(struct gensec_security *gensec)
{
	const struct cg_wrap *wrap = cg_wrap_of(gensec);
	const struct gensec_security_ops *inner = wrap->inner;

	if (!may_answer(gensec)) {
		return inner->client_start(gensec);
	}
	gensec->want_features &= ~(uint32_t)GENSEC_FEATURE_NTLM_CCACHE;
	if (!cg_ntlm_update_attach(gensec)) {
		return NT_STATUS_NO_MEMORY;
	}
	return inner->client_start(gensec);
}

NTSTATUS cg_ntlmssp_register(TALLOC_CTX *mem_ctx)
{
	struct cg_wrap *wrap = cg_wrap_new(mem_ctx, "ntlmssp",
					   "credguard_ntlmssp");

	if (wrap == NULL) {
		return NT_STATUS_NOT_FOUND;
	}
	wrap->ops.client_start = client_start;
	return cg_wrap_register(mem_ctx, wrap);
}
