/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Credentials that hold nothing but one answer of the vault. */
#ifndef CG_SAMBA_NTLM_CREDS_H
#define CG_SAMBA_NTLM_CREDS_H

#include "plugin/samba/gensec_api.h"

struct cg_client_make_ntlm_response_out;

/* NULL: the answer is for another user than the program named, or there is
 * no memory. */
struct cli_credentials *cg_ntlm_creds_new(
	TALLOC_CTX *mem_ctx, struct cli_credentials *own,
	const struct cg_client_make_ntlm_response_out *answer);

#endif
