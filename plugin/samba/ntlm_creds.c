/* SPDX-License-Identifier: GPL-3.0-or-later */
/* New ones, not a copy: a principal in the program's would be sent instead of
 * the user and the domain that the response was made for. */
#include "plugin/samba/ntlm_creds.h"

#include <string.h>

#include "idl/cg_idl.h"
#include "plugin/samba/permit.h"

#define LM_LEN 24U

static bool name_user(struct cli_credentials *creds, struct cg_bytes user,
		      struct cg_bytes domain)
{
	const char *user_name = talloc_strndup(
		creds, (const char *)user.data, user.len);
	const char *domain_name = talloc_strndup(
		creds, (const char *)domain.data, domain.len);

	return user_name != NULL && domain_name != NULL &&
	       cli_credentials_set_username(creds, user_name,
					    CRED_SPECIFIED) &&
	       cli_credentials_set_domain(creds, domain_name, CRED_SPECIFIED);
}

/* [MS-NLMP] 3.1.5.1.2: with a time in the challenge the LM response is 24
 * zero bytes, and ours never is anything else. */
static bool preset(struct cli_credentials *creds,
		   const struct cg_client_make_ntlm_response_out *answer)
{
	uint8_t zero[LM_LEN] = { 0 };
	DATA_BLOB lm = { zero, sizeof(zero) };
	DATA_BLOB nt = data_blob_talloc(creds, answer->response.data,
					answer->response.len);
	DATA_BLOB key = data_blob_talloc(creds, answer->session_base_key.data,
					 answer->session_base_key.len);
	bool ok = nt.data != NULL && key.data != NULL &&
		  cli_credentials_set_ntlm_response(creds, &lm, NULL, &nt,
						    &key, CRED_SPECIFIED);

	data_blob_clear_free(&key);
	return ok;
}

struct cli_credentials *cg_ntlm_creds_new(
	TALLOC_CTX *mem_ctx, struct cli_credentials *own,
	const struct cg_client_make_ntlm_response_out *answer)
{
	const char *workstation = cli_credentials_get_workstation(own);
	struct cli_credentials *creds = cli_credentials_init(mem_ctx);

	if (creds == NULL || !name_user(creds, answer->user, answer->domain) ||
	    !cg_permit_user(own, cli_credentials_get_username(creds)) ||
	    !cli_credentials_set_workstation(
		    creds, workstation == NULL ? "" : workstation,
		    CRED_SPECIFIED) ||
	    !preset(creds, answer)) {
		talloc_free(creds);
		return NULL;
	}
	return creds;
}
