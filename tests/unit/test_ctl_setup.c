/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two lines go into a file of somebody else and come out again: no other byte
 * is touched, whatever the file looks like. */
#include "plugin/client/ctl_setup_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#define LINE "\tinclude = /etc/samba/credguard.conf"
#define OURS CG_SETUP_MARK "\n" LINE

static char *inserted(const char *text, enum cg_setup_place place)
{
	char *out;

	assert_int_equal(cg_setup_text_insert(NULL, text, place, LINE, &out),
			 CG_OK);
	return out;
}

static void expect(const char *text, enum cg_setup_place place,
		   const char *want)
{
	char *out = inserted(text, place);
	char *back = cg_setup_text_remove(NULL, out, LINE);

	assert_string_equal(out, want);
	assert_string_equal(back, text);
	talloc_free(out);
	talloc_free(back);
}

static void the_first_line_is_ours(void **state)
{
	(void)state;
	expect("", CG_SETUP_FIRST, OURS "\n");
	expect("[libdefaults]\n", CG_SETUP_FIRST, OURS "\n[libdefaults]\n");
	expect("no newline", CG_SETUP_FIRST, OURS "\nno newline");
}

static void the_last_line_of_global_is_ours(void **state)
{
	(void)state;
	expect("[global]\n\ta = b\n[share]\n\tc = d\n", CG_SETUP_GLOBAL_END,
	       "[global]\n\ta = b\n" OURS "\n[share]\n\tc = d\n");
	expect(" [ Global ]\na = b", CG_SETUP_GLOBAL_END,
	       " [ Global ]\na = b\n" OURS);
	expect("[global]\n[s]\n[global]\n[t]\n", CG_SETUP_GLOBAL_END,
	       "[global]\n[s]\n[global]\n" OURS "\n[t]\n");
	expect("[globals]\n[global]\n#[t]\n", CG_SETUP_GLOBAL_END,
	       "[globals]\n[global]\n#[t]\n" OURS "\n");
}

static void a_file_where_it_cannot_stand_is_refused(void **state)
{
	char *out;

	(void)state;
	assert_int_equal(cg_setup_text_insert(NULL, "[share]\n",
					      CG_SETUP_GLOBAL_END, LINE, &out),
			 CG_E_NOT_FOUND);
	assert_null(out);
	assert_int_equal(cg_setup_text_insert(NULL, "[global]\na = \\ \n",
					      CG_SETUP_GLOBAL_END, LINE, &out),
			 CG_E_INVALID);
	assert_null(out);
}

static void a_second_time_changes_nothing(void **state)
{
	char *once = inserted("[global]\nx = y", CG_SETUP_GLOBAL_END);
	char *twice = inserted(once, CG_SETUP_GLOBAL_END);

	(void)state;
	assert_string_equal(once, twice);
	talloc_free(once);
	talloc_free(twice);
}

static void lines_that_only_look_like_ours_stay(void **state)
{
	static const char *const texts[] = {
		CG_SETUP_MARK "\nsomething else\n", " " OURS "\n",
		CG_SETUP_MARK, LINE "\n", OURS "x\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(texts) / sizeof(texts[0]); i++) {
		char *out = cg_setup_text_remove(NULL, texts[i], LINE);

		assert_string_equal(out, texts[i]);
		talloc_free(out);
	}
}

static void any_text_comes_back_as_it_was(void **state)
{
	static const char *const pieces[] = {
		"\n", "[global]", "[share]", " ", "\t", "a = b", "#", "\\x",
		"\r", "[", CG_SETUP_MARK,
	};
	unsigned int seed = 7;
	int n_inserted = 0;

	(void)state;
	for (int round = 0; round < 20000; round++) {
		char text[512] = "";
		char *out;

		for (int i = rand_r(&seed) % 12; i > 0; i--) {
			strcat(text, pieces[(size_t)rand_r(&seed) % 11]);
		}
		if (cg_setup_text_insert(NULL, text, round % 2 == 0 ?
					 CG_SETUP_FIRST : CG_SETUP_GLOBAL_END,
					 LINE, &out) == CG_OK) {
			char *back = cg_setup_text_remove(NULL, out, LINE);

			assert_string_equal(back, text);
			assert_non_null(strstr(out, OURS));
			talloc_free(back);
			n_inserted++;
		}
		talloc_free(out);
	}
	assert_true(n_inserted > 10000);
}

static void expect_diff(const char *old, const char *new, const char *want)
{
	char *text = NULL;
	size_t len = 0;
	FILE *file = open_memstream(&text, &len);

	cg_setup_text_diff(file, "/f", old, new);
	assert_int_equal(fclose(file), 0);
	assert_string_equal(text, want);
	free(text);
}

static void a_diff_shows_what_changes(void **state)
{
	(void)state;
	expect_diff("a\nb\n", "a\nx\nb\n",
		    "--- /f\n+++ /f\n@@ -2,0 +2,1 @@\n+x\n");
	expect_diff("a\nb\n", "a\n", "--- /f\n+++ /f\n@@ -2,1 +2,0 @@\n-b\n");
	expect_diff(NULL, "a\n",
		    "--- /dev/null\n+++ /f\n@@ -1,0 +1,1 @@\n+a\n");
	expect_diff("a\n", NULL,
		    "--- /f\n+++ /dev/null\n@@ -1,1 +1,0 @@\n-a\n");
	expect_diff("a", "a\nb",
		    "--- /f\n+++ /f\n@@ -1,1 +1,2 @@\n-a\n+a\n+b\n");
	expect_diff("x\nx\n", "x\nx\nx\n",
		    "--- /f\n+++ /f\n@@ -3,0 +3,1 @@\n+x\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_first_line_is_ours),
		cmocka_unit_test(the_last_line_of_global_is_ours),
		cmocka_unit_test(a_file_where_it_cannot_stand_is_refused),
		cmocka_unit_test(a_second_time_changes_nothing),
		cmocka_unit_test(lines_that_only_look_like_ours_stay),
		cmocka_unit_test(any_text_comes_back_as_it_was),
		cmocka_unit_test(a_diff_shows_what_changes),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
