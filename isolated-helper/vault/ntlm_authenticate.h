/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The AUTHENTICATE message, [MS-NLMP] 2.2.1.3, with its MIC where all three
 * messages are known. */
#ifndef CG_VAULT_NTLM_AUTHENTICATE_H
#define CG_VAULT_NTLM_AUTHENTICATE_H

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_ntlm_ask;
struct cg_ntlm_result;
struct cg_secret;
struct cg_vault;

/* An answer and the messages that it answers. */
struct cg_ntlm_whole {
	const struct cg_ntlm_ask *ask;
	const struct cg_ntlm_result *result;
	uint8_t *message;
	size_t room;		/* cg_ntlm_authenticate_room() */
};

/* For its message, and at most CG_NTLM_AUTHENTICATE_MAX. */
size_t cg_ntlm_authenticate_room(const struct cg_ntlm_result *result);

/* *session_key: the ExportedSessionKey. */
CG_MUST_CHECK enum cg_status cg_ntlm_authenticate_make(
	struct cg_vault *v, const struct cg_ntlm_whole *whole, size_t *len,
	struct cg_secret **session_key);

#endif
