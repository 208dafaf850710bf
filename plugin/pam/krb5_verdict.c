/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugin/pam/krb5_verdict.h"

#include <krb5.h>
#include <security/pam_modules.h>
#include <stddef.h>

#include "idl/nt_status.h"
#include "plugin/client/client_error.h"

#define ADMIN "Please contact your System administrator"
#define NO_SERVERS "No logon servers"
#define NOT_RUNNING "The credential service does not answer"
#define CLOCK "The clocks of this machine and of the domain differ too much"

static const struct {
	krb5_error_code krb5_code;
	struct cg_pam_verdict verdict;
} rows[] = {
	{ KRB5KDC_ERR_PREAUTH_FAILED, { .code = PAM_AUTH_ERR } },
	{ KRB5KRB_AP_ERR_BAD_INTEGRITY, { .code = PAM_AUTH_ERR } },
	{ KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN, { .code = PAM_USER_UNKNOWN } },
	{ KRB5KDC_ERR_KEY_EXP,
	  { .code = PAM_NEW_AUTHTOK_REQD,
	    .text = "You need to change your password now",
	    .must_change = true } },
	{ KRB5KDC_ERR_NAME_EXP,
	  { .code = PAM_ACCT_EXPIRED,
	    .text = "Your account has expired. " ADMIN } },
	/* A domain controller names every reason but this one. */
	{ KRB5KDC_ERR_CLIENT_REVOKED,
	  { .code = PAM_MAXTRIES,
	    .text = "Your account has been locked. " ADMIN } },
	{ KRB5KDC_ERR_CLIENT_NOTYET,
	  { .code = PAM_ACCT_EXPIRED,
	    .text = "Your account is not valid yet. " ADMIN } },
	{ KRB5KDC_ERR_POLICY,
	  { .code = PAM_PERM_DENIED,
	    .text = "You are not allowed to logon from this workstation" } },
	{ KRB5KRB_AP_ERR_SKEW,
	  { .code = PAM_AUTHINFO_UNAVAIL, .text = CLOCK } },
	{ KRB5_KDCREP_SKEW, { .code = PAM_AUTHINFO_UNAVAIL, .text = CLOCK } },
	{ KRB5_KDC_UNREACH,
	  { .code = PAM_AUTHINFO_UNAVAIL, .text = NO_SERVERS,
	    .is_unreachable = true } },
	{ KRB5_REALM_CANT_RESOLVE,
	  { .code = PAM_AUTHINFO_UNAVAIL, .text = NO_SERVERS,
	    .is_unreachable = true } },
};

/* What the domain itself says goes before libkrb5's code. */
static const struct {
	uint32_t nt_status;
	struct cg_pam_verdict verdict;
} reasons[] = {
	{ CG_NT_PASSWORD_MUST_CHANGE,
	  { .code = PAM_NEW_AUTHTOK_REQD,
	    .text = "You need to change your password now",
	    .must_change = true } },
	{ CG_NT_PASSWORD_EXPIRED,
	  { .code = PAM_NEW_AUTHTOK_REQD,
	    .text = "Your password has expired",
	    .must_change = true } },
	{ CG_NT_ACCOUNT_EXPIRED,
	  { .code = PAM_ACCT_EXPIRED,
	    .text = "Your account has expired. " ADMIN } },
	{ CG_NT_ACCOUNT_DISABLED,
	  { .code = PAM_ACCT_EXPIRED,
	    .text = "Your account is disabled. " ADMIN } },
	{ CG_NT_ACCOUNT_LOCKED_OUT,
	  { .code = PAM_MAXTRIES,
	    .text = "Your account has been locked. " ADMIN } },
	{ CG_NT_INVALID_LOGON_HOURS,
	  { .code = PAM_PERM_DENIED,
	    .text = "You are not allowed to logon at this time" } },
	{ CG_NT_INVALID_WORKSTATION,
	  { .code = PAM_PERM_DENIED,
	    .text = "You are not allowed to logon from this workstation" } },
	{ CG_NT_ACCOUNT_RESTRICTION,
	  { .code = PAM_PERM_DENIED, .text = "Access is denied" } },
};

static struct cg_pam_verdict verdict_of_kdc(
	const struct cg_client_error *error)
{
	for (size_t i = 0; i < sizeof(reasons) / sizeof(reasons[0]); i++) {
		if (reasons[i].nt_status == error->nt_status) {
			return reasons[i].verdict;
		}
	}
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		if (rows[i].krb5_code == error->krb5_code) {
			return rows[i].verdict;
		}
	}
	return (struct cg_pam_verdict){ .code = PAM_AUTH_ERR };
}

/* The broker answered, and said no. */
static struct cg_pam_verdict verdict_of_reply(
	const struct cg_client_error *error)
{
	switch (error->st) {
	case CG_E_KRB5:
		return verdict_of_kdc(error);
	case CG_E_UNAVAILABLE:
	case CG_E_TIMEOUT:
		return (struct cg_pam_verdict){
			.code = PAM_AUTHINFO_UNAVAIL, .text = NO_SERVERS,
			.is_unreachable = true,
		};
	case CG_E_UNVERIFIED:
		return (struct cg_pam_verdict){
			.code = PAM_AUTH_ERR,
			.text = "The domain controller could not prove that "
				"it is one. " ADMIN,
		};
	case CG_E_DENIED:
		return (struct cg_pam_verdict){
			.code = PAM_PERM_DENIED, .text = "Access is denied",
		};
	case CG_E_NO_MEMORY:
		return (struct cg_pam_verdict){ .code = PAM_BUF_ERR };
	case CG_OK:
	case CG_E_PROTO:
	case CG_E_LIMIT:
	case CG_E_NOT_FOUND:
	case CG_E_INVALID:
	case CG_E_CRYPTO:
	case CG_E_SYSTEM:
	case CG_STATUS_COUNT:
		break;
	}
	return (struct cg_pam_verdict){ .code = PAM_AUTHINFO_UNAVAIL };
}

struct cg_pam_verdict cg_pam_verdict_of(const struct cg_client_error *error)
{
	if (error->stage == CG_STAGE_REPLY) {
		return verdict_of_reply(error);
	}
	if (error->stage == CG_STAGE_LOCAL && error->st == CG_E_NO_MEMORY) {
		return (struct cg_pam_verdict){ .code = PAM_BUF_ERR };
	}
	/* An empty password is no reason to blame a service. */
	if (error->stage == CG_STAGE_LOCAL && error->st == CG_E_INVALID) {
		return (struct cg_pam_verdict){ .code = PAM_AUTH_ERR };
	}
	return (struct cg_pam_verdict){
		.code = PAM_AUTHINFO_UNAVAIL, .text = NOT_RUNNING,
	};
}
