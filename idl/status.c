/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The text of each status. */
#include "idl/status.h"

const char *cg_status_text(enum cg_status st)
{
	static const char *const text[CG_STATUS_COUNT] = {
		[CG_OK] = "success",
		[CG_E_PROTO] = "malformed or unexpected message",
		[CG_E_NO_MEMORY] = "out of memory",
		[CG_E_LIMIT] = "a limit is reached",
		[CG_E_NOT_FOUND] = "not found",
		[CG_E_DENIED] = "refused by policy",
		[CG_E_INVALID] = "invalid argument",
		[CG_E_KRB5] = "Kerberos error",
		[CG_E_CRYPTO] = "could not be decrypted",
		[CG_E_UNAVAILABLE] = "service out of reach",
		[CG_E_TIMEOUT] = "timed out",
		[CG_E_SYSTEM] = "a system call failed",
		[CG_E_UNVERIFIED] =
			"the KDC did not prove that it knows this machine",
	};

	if ((unsigned int)st >= CG_STATUS_COUNT) {
		return "unknown status";
	}
	return text[st];
}
