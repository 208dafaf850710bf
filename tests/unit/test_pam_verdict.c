/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What PAM and the user are told of each thing that can go wrong. */
#include "plugin/pam/krb5_verdict.h"

#include <krb5.h>
#include <security/pam_modules.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "idl/nt_status.h"
#include "plugin/client/client_error.h"

static struct cg_pam_verdict of_krb5(int32_t code)
{
	const struct cg_client_error error = {
		.stage = CG_STAGE_REPLY, .st = CG_E_KRB5, .krb5_code = code,
	};

	return cg_pam_verdict_of(&error);
}

static struct cg_pam_verdict of_reason(uint32_t nt_status)
{
	const struct cg_client_error error = {
		.stage = CG_STAGE_REPLY, .st = CG_E_KRB5,
		.krb5_code = KRB5KDC_ERR_CLIENT_REVOKED,
		.nt_status = nt_status,
	};

	return cg_pam_verdict_of(&error);
}

static struct cg_pam_verdict of(enum cg_client_stage stage, enum cg_status st)
{
	const struct cg_client_error error = { .stage = stage, .st = st };

	return cg_pam_verdict_of(&error);
}

static void assert_says(struct cg_pam_verdict verdict, int code,
			const char *words)
{
	assert_int_equal(verdict.code, code);
	assert_non_null(verdict.text);
	assert_non_null(strstr(verdict.text, words));
}

static void a_wrong_password_needs_no_words(void **state)
{
	static const int32_t codes[] = { KRB5KDC_ERR_PREAUTH_FAILED,
					 KRB5KRB_AP_ERR_BAD_INTEGRITY };

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		assert_int_equal(of_krb5(codes[i]).code, PAM_AUTH_ERR);
		assert_null(of_krb5(codes[i]).text);
	}
	assert_int_equal(of_krb5(KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN).code,
			 PAM_USER_UNKNOWN);
	/* sealing refuses it: nothing was sent */
	assert_int_equal(of(CG_STAGE_LOCAL, CG_E_INVALID).code, PAM_AUTH_ERR);
}

static void only_an_expired_password_leads_to_a_change(void **state)
{
	(void)state;
	assert_true(of_krb5(KRB5KDC_ERR_KEY_EXP).must_change);
	assert_says(of_krb5(KRB5KDC_ERR_KEY_EXP), PAM_NEW_AUTHTOK_REQD,
		    "change your password now");
	assert_true(of_reason(CG_NT_PASSWORD_MUST_CHANGE).must_change);
	assert_true(of_reason(CG_NT_PASSWORD_EXPIRED).must_change);
	assert_false(of_reason(CG_NT_ACCOUNT_DISABLED).must_change);
	for (int32_t code = ERROR_TABLE_BASE_krb5;
	     code < ERROR_TABLE_BASE_krb5 + 256; code++) {
		if (code != KRB5KDC_ERR_KEY_EXP) {
			assert_false(of_krb5(code).must_change);
		}
	}
}

static void no_error_of_kerberos_is_a_success(void **state)
{
	(void)state;
	for (int32_t code = ERROR_TABLE_BASE_krb5;
	     code < ERROR_TABLE_BASE_krb5 + 256; code++) {
		assert_int_not_equal(of_krb5(code).code, PAM_SUCCESS);
		assert_int_not_equal(of_krb5(code).code, PAM_IGNORE);
	}
	assert_int_equal(of_krb5(0).code, PAM_AUTH_ERR);
	assert_int_equal(of_krb5(-1).code, PAM_AUTH_ERR);
}

static void no_status_of_the_broker_is_a_success(void **state)
{
	(void)state;
	for (int stage = CG_STAGE_LOCAL; stage <= CG_STAGE_REPLY; stage++) {
		for (int st = CG_E_PROTO; st <= CG_STATUS_COUNT; st++) {
			int code = of((enum cg_client_stage)stage,
				      (enum cg_status)st).code;

			assert_int_not_equal(code, PAM_SUCCESS);
			assert_int_not_equal(code, PAM_IGNORE);
			assert_int_not_equal(code, PAM_NEW_AUTHTOK_REQD);
		}
	}
}

static void accounts_that_may_not_are_told_the_reason(void **state)
{
	(void)state;
	assert_says(of_krb5(KRB5KDC_ERR_CLIENT_REVOKED), PAM_MAXTRIES,
		    "locked");
	assert_says(of_reason(CG_NT_ACCOUNT_LOCKED_OUT), PAM_MAXTRIES,
		    "locked");
	assert_says(of_reason(CG_NT_ACCOUNT_DISABLED), PAM_ACCT_EXPIRED,
		    "disabled");
	assert_says(of_reason(CG_NT_ACCOUNT_EXPIRED), PAM_ACCT_EXPIRED,
		    "account has expired");
	assert_says(of_reason(CG_NT_INVALID_LOGON_HOURS), PAM_PERM_DENIED,
		    "at this time");
	assert_says(of_reason(CG_NT_INVALID_WORKSTATION), PAM_PERM_DENIED,
		    "this workstation");
	assert_says(of_reason(CG_NT_ACCOUNT_RESTRICTION), PAM_PERM_DENIED,
		    "denied");
	/* one that is not known leaves libkrb5's code */
	assert_says(of_reason(0xc0000fff), PAM_MAXTRIES, "locked");
	assert_says(of_krb5(KRB5KDC_ERR_NAME_EXP), PAM_ACCT_EXPIRED,
		    "account has expired");
	assert_says(of_krb5(KRB5KDC_ERR_POLICY), PAM_PERM_DENIED,
		    "this workstation");
}

static void only_a_domain_out_of_reach_leads_to_an_offline_logon(void **state)
{
	(void)state;
	assert_true(of(CG_STAGE_REPLY, CG_E_UNAVAILABLE).is_unreachable);
	assert_true(of(CG_STAGE_REPLY, CG_E_TIMEOUT).is_unreachable);
	assert_true(of_krb5(KRB5_KDC_UNREACH).is_unreachable);
	assert_says(of(CG_STAGE_REPLY, CG_E_UNAVAILABLE),
		    PAM_AUTHINFO_UNAVAIL, "logon servers");
	/* a false one, a broken one, or none of ours at all */
	assert_false(of(CG_STAGE_REPLY, CG_E_UNVERIFIED).is_unreachable);
	assert_false(of(CG_STAGE_REPLY, CG_E_DENIED).is_unreachable);
	assert_false(of(CG_STAGE_CALL, CG_E_TIMEOUT).is_unreachable);
	assert_false(of(CG_STAGE_CONNECT, CG_E_UNAVAILABLE).is_unreachable);
	assert_false(of_krb5(KRB5KDC_ERR_PREAUTH_FAILED).is_unreachable);
	assert_false(of_krb5(KRB5KRB_AP_ERR_SKEW).is_unreachable);
}

static void a_false_domain_controller_is_no_outage(void **state)
{
	(void)state;
	assert_says(of(CG_STAGE_REPLY, CG_E_UNVERIFIED), PAM_AUTH_ERR,
		    "prove");
}

static void a_broker_that_is_not_there_is_an_outage(void **state)
{
	(void)state;
	assert_says(of(CG_STAGE_CONNECT, CG_E_UNAVAILABLE),
		    PAM_AUTHINFO_UNAVAIL, "service");
	assert_says(of(CG_STAGE_TRUST, CG_E_DENIED), PAM_AUTHINFO_UNAVAIL,
		    "service");
	assert_says(of(CG_STAGE_CALL, CG_E_PROTO), PAM_AUTHINFO_UNAVAIL,
		    "service");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_wrong_password_needs_no_words),
		cmocka_unit_test(only_an_expired_password_leads_to_a_change),
		cmocka_unit_test(no_error_of_kerberos_is_a_success),
		cmocka_unit_test(no_status_of_the_broker_is_a_success),
		cmocka_unit_test(accounts_that_may_not_are_told_the_reason),
		cmocka_unit_test(
			only_a_domain_out_of_reach_leads_to_an_offline_logon),
		cmocka_unit_test(a_false_domain_controller_is_no_outage),
		cmocka_unit_test(a_broker_that_is_not_there_is_an_outage),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
