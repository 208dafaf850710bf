/* SPDX-License-Identifier: GPL-3.0-or-later */
/* smbclient's half of Samba looks into the process's default cache, where
 * krb5_ccache.c is; ldbsearch's half looks only into a cache that the
 * credentials carry. Both are served by a copy of them, for this connection
 * alone. */
#include "plugin/samba/spnego.h"

#include "plugin/samba/krb5_default.h"
#include "plugin/samba/permit.h"
#include "plugin/samba/wrap.h"

static void offer_cache(struct gensec_security *gensec)
{
	struct cli_credentials *copy;
	const char *ignored = NULL;
	const char *name = cg_krb5_default_name(gensec);

	if (name == NULL) {
		return;
	}
	copy = cli_credentials_shallow_copy(gensec, gensec->credentials);
	if (copy == NULL) {
		return;
	}
	/* A context that is older than this module takes KCM for a file. */
	if (!NT_STATUS_IS_OK(cli_credentials_set_krb5_context(copy, NULL)) ||
	    cli_credentials_set_ccache(copy, gensec->settings->lp_ctx, name,
				       CRED_SPECIFIED, &ignored) != 0) {
		talloc_free(copy);
		return;
	}
	gensec->credentials = copy;
}

/* Samba would take any ticket that the default cache has, and tell the server
 * who wants to be nobody. */
static void stay_anonymous(struct gensec_security *gensec)
{
	struct cli_credentials *copy;

	if (cli_credentials_get_kerberos_state(gensec->credentials) !=
	    CRED_USE_KERBEROS_DESIRED) {
		return;
	}
	copy = cli_credentials_shallow_copy(gensec, gensec->credentials);
	if (copy != NULL) {
		(void)cli_credentials_set_kerberos_state(
			copy, CRED_USE_KERBEROS_DISABLED, CRED_SPECIFIED);
		gensec->credentials = copy;
	}
}

static NTSTATUS client_start(struct gensec_security *gensec)
{
	const struct cg_wrap *wrap = cg_wrap_of(gensec);

	if (cg_permit(gensec)) {
		offer_cache(gensec);
	} else if (gensec->gensec_role == GENSEC_CLIENT &&
		   gensec->credentials != NULL &&
		   cli_credentials_is_anonymous(gensec->credentials)) {
		stay_anonymous(gensec);
	}
	return wrap->inner->client_start(gensec);
}

NTSTATUS cg_spnego_register(TALLOC_CTX *mem_ctx)
{
	struct cg_wrap *wrap = cg_wrap_new(mem_ctx, "spnego",
					   "credguard_spnego");

	if (wrap == NULL) {
		return NT_STATUS_NOT_FOUND;
	}
	wrap->ops.client_start = client_start;
	return cg_wrap_register(mem_ctx, wrap);
}
