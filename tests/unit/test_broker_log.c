/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Log lines are one line each, whatever peers put into them. */
#include "isolated-helper/broker/log.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <talloc.h>
#include <unistd.h>
#include <cmocka.h>

#include "isolated-helper/broker/audit.h"
#include "isolated-helper/broker/peer.h"
#include "isolated-helper/broker/principal_text.h"
#include "tests/unit/fake_vault.h"

static char text[8192];
static int pipe_fds[2];
static int old_stderr;

static int set_up(void **state)
{
	(void)state;
	assert_int_equal(pipe2(pipe_fds, O_NONBLOCK | O_CLOEXEC), 0);
	old_stderr = dup(STDERR_FILENO);
	assert_int_equal(dup2(pipe_fds[1], STDERR_FILENO), STDERR_FILENO);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	(void)dup2(old_stderr, STDERR_FILENO);
	(void)close(old_stderr);
	(void)close(pipe_fds[0]);
	(void)close(pipe_fds[1]);
	return 0;
}

static const char *logged(void)
{
	ssize_t n = read(pipe_fds[0], text, sizeof(text) - 1);

	text[n > 0 ? n : 0] = '\0';
	return text;
}

static void a_line_has_a_prefix_and_a_level(void **state)
{
	(void)state;
	cg_log(CG_LOG_ERROR, "number %d", 5);
	assert_string_equal(logged(), "credguardd: error: number 5\n");
	cg_log(CG_LOG_INFO, "x");
	assert_string_equal(logged(), "credguardd: x\n");
}

static void what_is_not_printable_is_shown_in_hex(void **state)
{
	(void)state;
	cg_log(CG_LOG_AUDIT, "a\nb\x1b[31m\x7f\xc3\xa4%s", "\r\t");
	assert_string_equal(logged(), "credguardd: audit: a\\x0ab\\x1b[31m"
			    "\\x7f\\xc3\\xa4\\x0d\\x09\n");
}

static void a_line_that_is_too_long_is_cut(void **state)
{
	char large[3000];

	(void)state;
	memset(large, '\n', sizeof(large));
	large[sizeof(large) - 1] = '\0';
	cg_log(CG_LOG_INFO, "%s", large);
	assert_true(strlen(logged()) <= 2048);
	assert_ptr_equal(strchr(text, '\n'), text + strlen(text) - 1);
}

static void assert_text(struct cg_bytes wire, const char *want)
{
	char out[CG_PRINCIPAL_TEXT_LEN];

	cg_principal_text(wire, out);
	assert_string_equal(out, want);
}

static void principals_are_readable(void **state)
{
	TALLOC_CTX *top = talloc_new(NULL);
	char want[CG_PRINCIPAL_TEXT_LEN];
	char large[1000];

	(void)state;
	assert_text(fake_principal(top, "alice", NULL), "alice@EXAMPLE.TEST");
	assert_text(fake_principal(top, "cifs", "fs1"),
		    "cifs/fs1@EXAMPLE.TEST");
	assert_text(fake_principal(top, "a/b@c\\\n", ""),
		    "a\\/b\\@c\\\\?/@EXAMPLE.TEST");
	memset(large, 'x', sizeof(large));
	memset(want, 'x', sizeof(want));
	large[sizeof(large) - 1] = '\0';
	want[sizeof(want) - 1] = '\0';
	assert_text(fake_principal(top, large, NULL), want);
	talloc_free(top);
}

static void what_is_no_principal_is_a_question_mark(void **state)
{
	TALLOC_CTX *top = talloc_new(NULL);
	struct cg_bytes wire = fake_principal(top, "cifs", "fs1");
	static const uint8_t many[] =
		"\0\0\0\1\xff\xff\xff\xff\0\0\0\1R\0\0\0\1a";

	(void)state;
	for (size_t n = 1; n < wire.len; n++) {
		uint8_t *cut = talloc_memdup(top, wire.data, n);

		assert_text((struct cg_bytes){ cut, n }, "?");
		talloc_free(cut);
	}
	assert_text((struct cg_bytes){ many, sizeof(many) - 1 }, "?");
	assert_text((struct cg_bytes){ NULL, 0 }, "-");
	talloc_free(top);
}

static void a_decision_says_who_what_and_how(void **state)
{
	TALLOC_CTX *top = talloc_new(NULL);
	const struct cg_peer peer = {
		.uid = 1000, .pid = 77, .pidfd = CG_PEER_NO_PIDFD,
	};
	struct cg_audit event = {
		.what = "logon", .uid = 1000, .peer = &peer,
		.client = fake_principal(top, "alice\n", NULL),
	};

	(void)state;
	cg_audit(&event);
	assert_string_equal(logged(), "credguardd: audit: logon uid=1000 "
			    "pid=77 client=alice?@EXAMPLE.TEST server=- "
			    "result=\"success\"\n");
	event.peer = NULL;
	cg_audit(&event);
	assert_non_null(strstr(logged(), "logon uid=1000 client=alice?@"));
	event.result = CG_E_KRB5;
	event.detail = (uint32_t)(-1765328384 + 24);
	cg_audit(&event);
	assert_non_null(strstr(logged(), "result=\"Kerberos error\" "
			       "kdc_error=24\n"));
	event.detail = (uint32_t)-1765328230;
	cg_audit(&event);
	assert_non_null(strstr(logged(), " krb5=-1765328230\n"));
	talloc_free(top);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_line_has_a_prefix_and_a_level),
		TEST(what_is_not_printable_is_shown_in_hex),
		TEST(a_line_that_is_too_long_is_cut),
		TEST(principals_are_readable),
		TEST(what_is_no_principal_is_a_question_mark),
		TEST(a_decision_says_who_what_and_how),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
