/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See krb5_nt_status.h. What a KDC of Active Directory sends with each. */
#include "plugin/client/krb5_nt_status.h"

#include <krb5.h>
#include <stddef.h>

#include "idl/nt_status.h"

int32_t cg_krb5_of_nt_status(uint32_t nt_status)
{
	static const struct {
		uint32_t nt;
		int32_t krb5;
	} table[] = {
		{ CG_NT_NO_SUCH_USER, KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN },
		{ CG_NT_WRONG_PASSWORD, KRB5KDC_ERR_PREAUTH_FAILED },
		{ CG_NT_LOGON_FAILURE, KRB5KDC_ERR_PREAUTH_FAILED },
		{ CG_NT_PASSWORD_EXPIRED, KRB5KDC_ERR_KEY_EXP },
		{ CG_NT_PASSWORD_MUST_CHANGE, KRB5KDC_ERR_KEY_EXP },
		{ CG_NT_ACCOUNT_DISABLED, KRB5KDC_ERR_CLIENT_REVOKED },
		{ CG_NT_ACCOUNT_EXPIRED, KRB5KDC_ERR_CLIENT_REVOKED },
		{ CG_NT_ACCOUNT_LOCKED_OUT, KRB5KDC_ERR_CLIENT_REVOKED },
		{ CG_NT_INVALID_LOGON_HOURS, KRB5KDC_ERR_CLIENT_REVOKED },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++) {
		if (table[i].nt == nt_status) {
			return table[i].krb5;
		}
	}
	return KRB5KDC_ERR_POLICY;
}
