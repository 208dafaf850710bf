/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See audit_kinds.h. */
#include "isolated-helper/broker/audit_kinds.h"

#include <string.h>

static const struct cg_audit_kind kinds[] = {
	/* The first is for what has no row of its own. */
	{ 5099, "other", NULL, 0 },
	{ CG_AUDIT_STARTED, "started", NULL, 0 },
	{ CG_AUDIT_STARTED_WEAK, "started with less protection", NULL, 0 },
	{ CG_AUDIT_VAULT_LOST, "vault lost", NULL, 0 },
	{ 5001, "logon", "kerberos", 0 },
	{ 5002, "logoff", NULL, 0 },
	{ 5003, "renewal", "kerberos", 0 },
	{ 5004, "service ticket", "kerberos", CG_AUDIT_SECRET_REFUSED },
	{ 5005, "store", "kcm", 0 },
	{ 5006, "retrieve", "kcm", CG_AUDIT_SECRET_REFUSED },
	{ 5007, "make ticket", "kerberos", CG_AUDIT_SECRET_REFUSED },
	{ 5008, "ntlm answer", "ntlm", CG_AUDIT_NTLM_REFUSED },
	{ 5009, "session opened", NULL, 0 },
	{ 5010, "session closed", NULL, 0 },
	{ 5011, "password change", "kerberos", 0 },
	{ 5012, "offline logon", NULL, 0 },
	{ 5013, "verifier", NULL, 0 },
	{ 5014, "verifier forgotten", NULL, 0 },
	{ 5015, "renewal by itself", "kerberos", 0 },
	{ 5016, "re-acquisition", "kerberos", 0 },
	{ 5017, "belated logon", "kerberos", 0 },
	{ 5030, "ntlm answer without mic", "ntlm", CG_AUDIT_NTLM_REFUSED },
	{ 5040, "delegation", "kerberos", CG_AUDIT_SECRET_REFUSED },
	{ 5041, "protected user", "kerberos", 0 },
	{ 5042, "rc4 ticket", "kerberos", 0 },
	{ 5043, "encryption type", "kcm", 0 },
	{ 5044, "for user", "kerberos", CG_AUDIT_SECRET_REFUSED },
	{ 5045, "validation for others", "ntlm", CG_AUDIT_NTLM_REFUSED },
	{ 5080, "user without a name", NULL, 0 },
	{ CG_AUDIT_SUPPRESSED, "suppressed", NULL, 0 },
	{ CG_AUDIT_LOST, "lost", NULL, 0 },
};

size_t cg_audit_kinds_n(void)
{
	return sizeof(kinds) / sizeof(kinds[0]);
}

size_t cg_audit_kinds_find(const char *what)
{
	for (size_t i = 0; i < cg_audit_kinds_n(); i++) {
		if (strcmp(kinds[i].name, what) == 0) {
			return i;
		}
	}
	return 0;
}

const struct cg_audit_kind *cg_audit_kinds_at(size_t i)
{
	return &kinds[i];
}

uint32_t cg_audit_kinds_id(const struct cg_audit_kind *kind,
			   enum cg_status result)
{
	if (kind->refused_id != 0 &&
	    cg_audit_kinds_result(result) == CG_AUDIT_REFUSED) {
		return kind->refused_id;
	}
	return kind->id;
}

unsigned int cg_audit_kinds_result(enum cg_status status)
{
	if (status == CG_OK) {
		return CG_AUDIT_ALLOWED;
	}
	return status == CG_E_DENIED ? CG_AUDIT_REFUSED : CG_AUDIT_FAILED;
}

const char *cg_audit_kinds_result_name(unsigned int result)
{
	static const char *const names[CG_AUDIT_RESULTS] = {
		[CG_AUDIT_ALLOWED] = "allowed",
		[CG_AUDIT_REFUSED] = "refused",
		[CG_AUDIT_FAILED] = "failed",
	};

	return names[result];
}
