/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Options of pam_credguard: on the line, in the file, and what is none. */
#include "plugin/pam/options.h"

#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <cmocka.h>

struct world {
	TALLOC_CTX *mem;
	char path[64];
	struct cg_pam_options options;
	char *problem;
};

static int set_up(void **state)
{
	struct world *w = talloc_zero(NULL, struct world);
	int fd;

	w->mem = w;
	(void)snprintf(w->path, sizeof(w->path), "%s",
		       "/tmp/credguard-options-XXXXXX");
	fd = mkstemp(w->path);
	assert_true(fd >= 0);
	(void)close(fd);
	cg_pam_options_default(&w->options);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	(void)unlink(w->path);
	talloc_free(w);
	return 0;
}

static enum cg_status line(struct world *w, const char *word)
{
	return cg_pam_options_line(w->mem, 1, &word, &w->options, &w->problem);
}

static enum cg_status file(struct world *w, const char *text, size_t len)
{
	int fd = open(w->path, O_WRONLY | O_TRUNC | O_CLOEXEC);

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, len), (ssize_t)len);
	(void)close(fd);
	return cg_pam_options_file(w->mem, w->path, &w->options, &w->problem);
}

static enum cg_status file_text(struct world *w, const char *text)
{
	return file(w, text, strlen(text));
}

static void without_options_nothing_is_restricted(void **state)
{
	struct world *w = *state;

	assert_int_equal(cg_pam_options_line(w->mem, 0, NULL, &w->options,
					     &w->problem), CG_OK);
	assert_false(w->options.debug);
	assert_false(w->options.silent);
	assert_false(w->options.try_first_pass);
	assert_false(w->options.use_first_pass);
	assert_false(w->options.use_authtok);
	assert_null(w->options.require_membership_of);
	assert_int_equal(w->options.warn_pwd_expire_days, 14);
}

static void each_word_of_the_line_sets_what_it_says(void **state)
{
	struct world *w = *state;

	assert_int_equal(line(w, "debug"), CG_OK);
	assert_true(w->options.debug);
	assert_false(w->options.silent);
	assert_int_equal(line(w, "silent"), CG_OK);
	assert_true(w->options.silent);
	assert_false(w->options.try_first_pass);
	assert_int_equal(line(w, "try_first_pass"), CG_OK);
	assert_true(w->options.try_first_pass);
	assert_false(w->options.use_first_pass);
	assert_int_equal(line(w, "use_first_pass"), CG_OK);
	assert_true(w->options.use_first_pass);
	assert_false(w->options.use_authtok);
	assert_int_equal(line(w, "use_authtok"), CG_OK);
	assert_true(w->options.use_authtok);
	assert_int_equal(line(w, "warn_pwd_expire=0"), CG_OK);
	assert_int_equal(w->options.warn_pwd_expire_days, 0);
	assert_int_equal(line(w, "require_membership_of=EXAMPLE\\a b,S-1-5"),
			 CG_OK);
	assert_string_equal(w->options.require_membership_of,
			    "EXAMPLE\\a b,S-1-5");
	assert_null(w->problem);
}

static void a_word_that_is_none_is_refused_and_quoted(void **state)
{
	static const char *const bad[] = {
		"", "Debug", "debug=1", "require_membership_of",
		"require_membership_of=", "require-membership-of=x",
		"require_membership_off=x", "warn_pwd_expire",
		"warn_pwd_expire=", "warn_pwd_expire=-1",
		"warn_pwd_expire=1d", "warn_pwd_expire=10000",
		"warn_pwd_expire=99999999999999999999", "krb5_auth",
		"cached_login",
	};
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(line(w, bad[i]), CG_E_INVALID);
		assert_string_equal(w->problem, bad[i]);
	}
	assert_int_equal(w->options.warn_pwd_expire_days, 14);
}

static void a_file_has_a_word_a_line_and_the_stack_wins(void **state)
{
	struct world *w = *state;

	assert_int_equal(file_text(w, "# who may\n\n"
				   "  require_membership_of=domain admins \r\n"
				   "\twarn_pwd_expire=3\ndebug"), CG_OK);
	assert_string_equal(w->options.require_membership_of, "domain admins");
	assert_int_equal(w->options.warn_pwd_expire_days, 3);
	assert_true(w->options.debug);
	assert_int_equal(line(w, "warn_pwd_expire=30"), CG_OK);
	assert_int_equal(w->options.warn_pwd_expire_days, 30);
	assert_string_equal(w->options.require_membership_of, "domain admins");
}

static void a_file_that_is_not_there_is_an_empty_one(void **state)
{
	struct world *w = *state;

	assert_int_equal(file_text(w, ""), CG_OK);
	assert_int_equal(unlink(w->path), 0);
	assert_int_equal(cg_pam_options_file(w->mem, w->path, &w->options,
					     &w->problem), CG_OK);
	assert_null(w->options.require_membership_of);
}

static void a_file_with_a_mistake_is_no_file(void **state)
{
	struct world *w = *state;
	char *large = talloc_zero_size(w->mem, 16384);

	assert_int_equal(file_text(w, "debug\nrequire_membersip_of=x\n"),
			 CG_E_INVALID);
	assert_string_equal(w->problem, "require_membersip_of=x");
	assert_int_equal(file(w, "debug\0x", 7), CG_E_LIMIT);
	(void)memset(large, '#', 16384);
	assert_int_equal(file(w, large, 16384), CG_E_LIMIT);
	assert_int_equal(file(w, large, 16383), CG_OK);
}

static void a_file_that_others_may_write_is_refused(void **state)
{
	static const mode_t bad[] = { 0620, 0602, 0666 };
	struct world *w = *state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(chmod(w->path, bad[i]), 0);
		assert_int_equal(file_text(w, "debug\n"), CG_E_DENIED);
		assert_false(w->options.debug);
	}
	assert_int_equal(chmod(w->path, 0644), 0);
	assert_int_equal(file_text(w, "debug\n"), CG_OK);
	assert_int_equal(chown(w->path, 1, (gid_t)-1), 0);
	assert_int_equal(file_text(w, "debug\n"), CG_E_DENIED);
	assert_int_equal(cg_pam_options_file(w->mem, "/tmp", &w->options,
					     &w->problem), CG_E_DENIED);
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(without_options_nothing_is_restricted),
		TEST(each_word_of_the_line_sets_what_it_says),
		TEST(a_word_that_is_none_is_refused_and_quoted),
		TEST(a_file_has_a_word_a_line_and_the_stack_wins),
		TEST(a_file_that_is_not_there_is_an_empty_one),
		TEST(a_file_with_a_mistake_is_no_file),
		TEST(a_file_that_others_may_write_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
