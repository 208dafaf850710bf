/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See reply.h. */
#include "plugin/winbind/reply.h"

#include <string.h>

#include "plugin/winbind/protocol.h"

enum offset {		/* within an answer */
	RESULT = 4,
	NT_STATUS = CG_WB_REPLY_DATA,
	NT_STATUS_TEXT = CG_WB_REPLY_DATA + 4,
	ERROR_TEXT = CG_WB_REPLY_DATA + 260,
	PAM_ERROR = CG_WB_REPLY_DATA + 516,
	SESSION_KEY = CG_WB_REPLY_DATA,
	AUTH_BLOB_LEN = CG_WB_REPLY_DATA + 16,
	NEW_SPNEGO = CG_WB_REPLY_DATA + 20,
};

struct refusal {
	uint32_t nt_status;
	const char *name;
	uint32_t pam_error;
};

/* libpam's numbers. */
enum { PAM_USER_UNKNOWN_NO = 10, PAM_PERM_DENIED_NO = 6,
       PAM_AUTHINFO_NO = 9, PAM_SYSTEM_ERR_NO = 4, PAM_AUTH_ERR_NO = 7 };

static const struct refusal no_such_user = {
	0xC0000064U, "NT_STATUS_NO_SUCH_USER", PAM_USER_UNKNOWN_NO
};

static const struct refusal refusals[CG_STATUS_COUNT] = {
	[CG_E_PROTO] = { 0xC000000DU, "NT_STATUS_INVALID_PARAMETER",
			 PAM_SYSTEM_ERR_NO },
	[CG_E_NO_MEMORY] = { 0xC0000017U, "NT_STATUS_NO_MEMORY",
			     PAM_SYSTEM_ERR_NO },
	[CG_E_LIMIT] = { 0xC000009AU, "NT_STATUS_INSUFFICIENT_RESOURCES",
			 PAM_SYSTEM_ERR_NO },
	[CG_E_NOT_FOUND] = { 0xC000005FU, "NT_STATUS_NO_SUCH_LOGON_SESSION",
			     PAM_AUTHINFO_NO },
	[CG_E_DENIED] = { 0xC0000022U, "NT_STATUS_ACCESS_DENIED",
			  PAM_PERM_DENIED_NO },
	[CG_E_INVALID] = { 0xC000000DU, "NT_STATUS_INVALID_PARAMETER",
			   PAM_SYSTEM_ERR_NO },
	[CG_E_KRB5] = { 0xC000006DU, "NT_STATUS_LOGON_FAILURE",
			PAM_AUTH_ERR_NO },
	[CG_E_CRYPTO] = { 0xC00000E5U, "NT_STATUS_INTERNAL_ERROR",
			  PAM_SYSTEM_ERR_NO },
	[CG_E_UNAVAILABLE] = { 0xC00000DFU, "NT_STATUS_NO_SUCH_DOMAIN",
			       PAM_AUTHINFO_NO },
	[CG_E_TIMEOUT] = { 0xC00000B5U, "NT_STATUS_IO_TIMEOUT",
			   PAM_AUTHINFO_NO },
	[CG_E_SYSTEM] = { 0xC00000E5U, "NT_STATUS_INTERNAL_ERROR",
			  PAM_SYSTEM_ERR_NO },
	[CG_E_UNVERIFIED] = { 0xC000018DU,
			      "NT_STATUS_TRUSTED_RELATIONSHIP_FAILURE",
			      PAM_AUTHINFO_NO },
};

static size_t begin(uint8_t *out, enum cg_wb_result result, size_t extra_len)
{
	uint32_t len = CG_WB_REPLY_LEN + (uint32_t)extra_len;

	memset(out, 0, CG_WB_REPLY_LEN);
	cg_wb_set_u32(out, 0, len);
	cg_wb_set_u32(out, RESULT, (uint32_t)result);
	return len;
}

size_t cg_wb_reply_ok(uint8_t *out)
{
	return begin(out, CG_WB_OK, 0);
}

static size_t refuse(uint8_t *out, const struct refusal *why)
{
	size_t len = begin(out, CG_WB_ERROR, 0);

	cg_wb_set_u32(out, NT_STATUS, why->nt_status);
	memcpy(out + NT_STATUS_TEXT, why->name, strlen(why->name));
	memcpy(out + ERROR_TEXT, why->name, strlen(why->name));
	cg_wb_set_u32(out, PAM_ERROR, why->pam_error);
	return len;
}

size_t cg_wb_reply_refused(uint8_t *out, enum cg_status st)
{
	if (st == CG_OK || st >= CG_STATUS_COUNT) {
		st = CG_E_SYSTEM;
	}
	return refuse(out, &refusals[st]);
}

size_t cg_wb_reply_no_such_user(uint8_t *out)
{
	return refuse(out, &no_such_user);
}

size_t cg_wb_reply_text(uint8_t *out, const char *text)
{
	size_t size = strlen(text) + 1;
	size_t len;

	if (size > CG_WB_AUTHENTICATE_MAX) {
		return cg_wb_reply_refused(out, CG_E_LIMIT);
	}
	len = begin(out, CG_WB_OK, size);
	memcpy(out + CG_WB_REPLY_LEN, text, size);
	return len;
}

size_t cg_wb_reply_ntlm(uint8_t *out, struct cg_bytes authenticate,
			struct cg_secret_bytes session_key, bool has_mic)
{
	size_t len;

	if (authenticate.len > CG_WB_AUTHENTICATE_MAX ||
	    session_key.len != CG_WB_SESSION_KEY_LEN) {
		return 0;
	}
	len = begin(out, CG_WB_OK, authenticate.len);
	memcpy(out + SESSION_KEY, session_key.data, session_key.len);
	cg_wb_set_u32(out, AUTH_BLOB_LEN, (uint32_t)authenticate.len);
	/* With a MIC in the message SPNEGO's own may be required. */
	out[NEW_SPNEGO] = has_mic ? 1 : 0;
	memcpy(out + CG_WB_REPLY_LEN, authenticate.data, authenticate.len);
	return len;
}
