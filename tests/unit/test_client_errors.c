/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every error has words that name the thing and the way out. */
#include "plugin/client/errors.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <krb5.h>
#include <time.h>

#include "plugin/client/client_error.h"
#include "plugin/client/fill_in.h"

static const uint8_t alice[] =
	"\0\0\0\1\0\0\0\1\0\0\0\14EXAMPLE.TEST\0\0\0\5alice";
static const struct cg_errors_subject of_alice = {
	.principal = { alice, sizeof(alice) - 1 },
};

static char *text_of(const struct cg_client_error *err,
		     const struct cg_errors_subject *about)
{
	char *text = cg_errors_text(NULL, err, about);
	size_t len;

	assert_non_null(text);
	len = strlen(text);
	assert_true(len > 0 && text[len - 1] != '.');
	assert_null(strchr(text, '{'));
	assert_null(strchr(text, '\n'));
	return text;
}

static void assert_says(const struct cg_client_error *err,
			const struct cg_errors_subject *about,
			const char *words)
{
	char *text = text_of(err, about);

	if (strstr(text, words) == NULL) {
		fail_msg("\"%s\" does not say \"%s\"", text, words);
	}
	talloc_free(text);
}

static struct cg_client_error error_of(krb5_error_code code)
{
	return (struct cg_client_error){
		.stage = CG_STAGE_REPLY, .st = CG_E_KRB5, .krb5_code = code,
	};
}

static void assert_krb5_says(krb5_error_code code, const char *words)
{
	const struct cg_client_error err = error_of(code);

	assert_says(&err, &of_alice, words);
}

static void not_running_tells_how_to_start_it(void **state)
{
	const struct cg_client_error err = {
		.stage = CG_STAGE_CONNECT, .st = CG_E_UNAVAILABLE,
		.sys_errno = ECONNREFUSED,
		.path = "/run/credguard/client.sock",
	};
	char *text = text_of(&err, &of_alice);

	(void)state;
	assert_string_equal(text,
		"credguard is not running: cannot connect to "
		"/run/credguard/client.sock (Connection refused); "
		"start it with: systemctl start credguard");
	talloc_free(text);
	assert_true(cg_errors_is_not_running(&err));
}

static void other_connect_failures_are_not_called_not_running(void **state)
{
	struct cg_client_error err = {
		.stage = CG_STAGE_CONNECT, .st = CG_E_UNAVAILABLE,
		.sys_errno = EACCES, .path = "/x",
	};

	(void)state;
	assert_says(&err, &of_alice,
		    "cannot connect to /x (Permission denied)");
	assert_false(cg_errors_is_not_running(&err));
	err.st = CG_E_TIMEOUT;
	err.sys_errno = 0;
	err.waited_ms = 5000;
	assert_says(&err, &of_alice, "within 5 seconds");
	err.waited_ms = 250;
	assert_says(&err, &of_alice, "within 250 ms");
}

static void a_hung_broker_is_told_with_the_time_that_was_waited(void **state)
{
	const struct cg_client_error err = {
		.stage = CG_STAGE_CALL, .st = CG_E_TIMEOUT,
		.waited_ms = 30000, .path = "/x",
	};

	(void)state;
	assert_says(&err, &of_alice,
		    "does not answer: nothing came from /x within 30 seconds");
	assert_says(&err, &of_alice, "systemctl status credguard");
}

static void mistrust_names_the_path_and_the_problem(void **state)
{
	const struct cg_client_error err = {
		.stage = CG_STAGE_TRUST, .st = CG_E_DENIED, .path = "/x",
		.problem = "is not owned by root",
	};

	(void)state;
	assert_says(&err, &of_alice,
		    "/x is not owned by root; nothing was sent");
}

static void the_important_kerberos_errors_have_our_words(void **state)
{
	(void)state;
	assert_krb5_says(KRB5KDC_ERR_PREAUTH_FAILED,
			 "wrong password for alice@EXAMPLE.TEST");
	assert_krb5_says(KRB5KRB_AP_ERR_BAD_INTEGRITY,
			 "wrong password for alice@EXAMPLE.TEST");
	assert_krb5_says(KRB5KDC_ERR_KEY_EXP,
			 "credguardctl passwd alice@EXAMPLE.TEST");
	assert_krb5_says(KRB5KDC_ERR_CLIENT_REVOKED,
			 "disabled, expired, or locked");
	assert_krb5_says(KRB5KDC_ERR_C_PRINCIPAL_UNKNOWN,
			 "there is no account alice@EXAMPLE.TEST");
	assert_krb5_says(KRB5KDC_ERR_POLICY, "policy of the domain");
	assert_krb5_says(KRB5KDC_ERR_ETYPE_NOSUPP, "AES");
	assert_krb5_says(KRB5_KDC_UNREACH, "(KDC) of EXAMPLE.TEST");
	assert_krb5_says(KRB5KRB_AP_ERR_TKT_EXPIRED,
			 "sign in again: credguardctl logon");
}

static void what_active_directory_says_goes_first(void **state)
{
	struct cg_client_error err = {
		.stage = CG_STAGE_REPLY, .st = CG_E_KRB5,
		.krb5_code = (int32_t)KRB5KDC_ERR_CLIENT_REVOKED,
		.nt_status = 0xc0000234U,
	};

	(void)state;
	assert_says(&err, &of_alice, "alice@EXAMPLE.TEST is locked");
	err.nt_status = 0xc0000072U;
	assert_says(&err, &of_alice, "is disabled;");
	err.nt_status = 0xc000006fU;
	assert_says(&err, &of_alice, "may not sign in at this hour");
	err.nt_status = 0xc0000224U;
	assert_says(&err, &of_alice, "credguardctl passwd alice");
	/* One that has no words of ours. */
	err.nt_status = 0xc0000001U;
	assert_says(&err, &of_alice, "disabled, expired, or locked");
}

static void a_wrong_clock_is_told_with_the_local_time(void **state)
{
	char year[8];
	time_t now = time(NULL);
	struct tm tm;

	(void)state;
	localtime_r(&now, &tm);
	strftime(year, sizeof(year), "%Y-", &tm);
	assert_krb5_says(KRB5KRB_AP_ERR_SKEW, year);
	assert_krb5_says(KRB5KRB_AP_ERR_SKEW, "timedatectl");
	assert_krb5_says(KRB5_KDCREP_SKEW, year);
}

static void what_cannot_be_renewed_leads_to_logon(void **state)
{
	static const krb5_error_code codes[] = {
		KRB5KDC_ERR_BADOPTION, KRB5KDC_ERR_NEVER_VALID,
		KRB5KRB_AP_ERR_TKT_EXPIRED,
	};
	const struct cg_errors_subject renewal = { .is_renewal = true };
	struct cg_client_error err;

	(void)state;
	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		err = error_of(codes[i]);
		assert_says(&err, &renewal, "credguardctl logon");
	}
	err = (struct cg_client_error){
		.stage = CG_STAGE_REPLY, .st = CG_E_INVALID,
	};
	assert_says(&err, &renewal, "credguardctl logon");
	err.st = CG_E_NOT_FOUND;
	assert_says(&err, &renewal, "credguardctl logon");
}

static void a_refused_cache_leads_to_ones_own_names(void **state)
{
	const struct cg_client_error err = {
		.stage = CG_STAGE_REPLY, .st = CG_E_DENIED,
	};
	struct cg_errors_subject about = { .cache = "KCM:1:x" };

	(void)state;
	assert_says(&err, &about, "refuses KCM:1:x; your caches are named "
				  "KCM:0 and KCM:0:NAME");
	about.cache = NULL;
	assert_says(&err, &about, "policy refuses this");
}

static void other_kerberos_errors_have_libkrb5s_words(void **state)
{
	(void)state;
	assert_krb5_says(KRB5KDC_ERR_SUMTYPE_NOSUPP,
			 "KDC has no support for checksum type");
}

static void every_stage_and_status_has_words(void **state)
{
	const struct cg_errors_subject nothing = { 0 };

	(void)state;
	for (unsigned int stage = 0; stage <= CG_STAGE_REPLY; stage++) {
		for (unsigned int st = 1; st <= CG_STATUS_COUNT; st++) {
			const struct cg_client_error err = {
				.stage = (enum cg_client_stage)stage,
				.st = (enum cg_status)st, .path = "/x",
				.problem = st % 2 == 0 ? "is bad" : NULL,
			};

			talloc_free(text_of(&err, &nothing));
			talloc_free(text_of(&err, &of_alice));
		}
	}
}

static void names_cannot_forge_words_or_drive_the_terminal(void **state)
{
	static const uint8_t evil[] =
		"\0\0\0\1\0\0\0\1\0\0\0\1R\0\0\0\7{now}\33m";
	const struct cg_errors_subject about = {
		.principal = { evil, sizeof(evil) - 1 },
		.cache = "{who}\033[2J",
	};
	struct cg_client_error err = error_of(KRB5KDC_ERR_PREAUTH_FAILED);
	char *text = cg_errors_text(NULL, &err, &about);

	(void)state;
	assert_string_equal(text, "wrong password for {now}\\x1bm@R");
	talloc_free(text);
	err = (struct cg_client_error){
		.stage = CG_STAGE_REPLY, .st = CG_E_NOT_FOUND,
	};
	text = cg_errors_text(NULL, &err, &about);
	assert_non_null(strstr(text, "in {who}\\x1b[2J;"));
	talloc_free(text);
}

static void values_are_filled_in_once(void **state)
{
	const struct cg_fill_in values[] = {
		{ "a", "{b}" }, { "b", "B" }, { "none", NULL }, { 0 },
	};
	char *text = cg_fill_in(NULL, "{a}-{b}{none}- {", values);

	(void)state;
	assert_string_equal(text, "{b}-B- {");
	talloc_free(text);
}

int main(void)
{
#define TEST(f) cmocka_unit_test(f)
	const struct CMUnitTest tests[] = {
		TEST(not_running_tells_how_to_start_it),
		TEST(other_connect_failures_are_not_called_not_running),
		TEST(a_hung_broker_is_told_with_the_time_that_was_waited),
		TEST(mistrust_names_the_path_and_the_problem),
		TEST(the_important_kerberos_errors_have_our_words),
		TEST(what_active_directory_says_goes_first),
		TEST(a_wrong_clock_is_told_with_the_local_time),
		TEST(what_cannot_be_renewed_leads_to_logon),
		TEST(a_refused_cache_leads_to_ones_own_names),
		TEST(other_kerberos_errors_have_libkrb5s_words),
		TEST(every_stage_and_status_has_words),
		TEST(names_cannot_forge_words_or_drive_the_terminal),
		TEST(values_are_filled_in_once),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
