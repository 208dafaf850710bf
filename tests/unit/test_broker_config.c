/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The broker's part of credguard.conf: defaults, values, and messages that
 * name file, line and what there is. */
#include "isolated-helper/broker/config.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#include <cmocka.h>

#define TEXT_MAX 16384

static const char *why;
static struct cg_config config;
static TALLOC_CTX *top;

static int set_up(void **state)
{
	(void)state;
	top = talloc_new(NULL);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	talloc_free(top);
	return 0;
}

static enum cg_status read_text(const char *text)
{
	char path[] = "/tmp/test_broker_config.XXXXXX";
	int fd = mkstemp(path);
	enum cg_status st;

	assert_true(fd >= 0);
	assert_int_equal(write(fd, text, strlen(text)), (int)strlen(text));
	(void)close(fd);
	st = cg_config_read(top, path, &config, &why);
	(void)unlink(path);
	return st;
}

static void assert_wrong(const char *text, const char *line,
			 const char *words)
{
	assert_int_equal(read_text(text), CG_E_INVALID);
	assert_non_null(why);
	if (strstr(why, line) == NULL || strstr(why, words) == NULL) {
		fail_msg("\"%s\" has not \"%s\" and \"%s\"", why, line, words);
	}
	assert_null(strchr(why, '\n'));
}

static void assert_defaults(void)
{
	assert_int_equal(config.conns.per_uid, 256);
	assert_int_equal(config.conns.total, 4096);
	assert_int_equal(config.caches.caches_per_uid, 64);
	assert_int_equal(config.caches.tickets_per_cache, 20000);
	assert_int_equal(config.caches.bytes_per_uid, 64 << 20);
	assert_int_equal(config.caches.bytes_total, 1 << 30);
	assert_int_equal(config.ntlm_per_minute, 300);
	assert_int_equal(config.relay.timeout_s, 10);
	assert_int_equal(config.relay.connect_timeout_s, 3);
	assert_null(config.locate_program);
	assert_null(config.shortname_domain);
	assert_int_equal(config.n_kdcs, 0);
}

static void a_file_that_is_not_there_means_the_defaults(void **state)
{
	(void)state;
	assert_int_equal(cg_config_read(top, "/nonexistent/x", &config, &why),
			 CG_E_NOT_FOUND);
	assert_defaults();
	assert_non_null(strstr(why, "/nonexistent/x"));
}

static void an_empty_file_means_the_defaults(void **state)
{
	(void)state;
	assert_int_equal(read_text(""), CG_OK);
	assert_defaults();
	assert_int_equal(read_text("# nothing\n\n[broker]\n"), CG_OK);
	assert_defaults();
}

/* "#key = value" is a default, unless it names no value of its own. */
static void uncomment(FILE *from, char *out, size_t cap)
{
	char line[256];

	out[0] = '\0';
	while (fgets(line, sizeof(line), from) != NULL) {
		bool is_key = line[0] == '#' && line[1] >= 'a'
			      && line[1] <= 'z';

		if (strstr(line, "shortname_domain") != NULL
		    || strstr(line, "locate_program") != NULL) {
			continue;
		}
		assert_true(strlen(out) + strlen(line) < cap);
		(void)strcat(out, line + (is_key ? 1 : 0));
	}
}

static void our_own_example_has_the_defaults(void **state)
{
	const char *dir = getenv("CG_TOP");
	char *text = talloc_zero_array(top, char, TEXT_MAX);
	FILE *file;

	(void)state;
	(void)snprintf(text, TEXT_MAX, "%s/config/credguard.conf",
		       dir != NULL ? dir : ".");
	assert_int_equal(cg_config_read(top, text, &config, &why), CG_OK);
	assert_defaults();
	file = fopen(text, "r");
	assert_non_null(file);
	uncomment(file, text, TEXT_MAX);
	(void)fclose(file);
	assert_non_null(strstr(text, "\nbytes_total = "));
	assert_int_equal(read_text(text), CG_OK);
	assert_defaults();
}

static void every_key_is_read(void **state)
{
	(void)state;
	assert_int_equal(read_text("[broker]\n"
				   "connections_per_uid = 5\n"
				   "caches_per_uid=6\n"
				   "tickets_per_cache : 7\n"
				   "bytes_per_uid = 2000000\n"
				   "bytes_total = 3000000 ; a comment\n"
				   "[kdc]\n"
				   "timeout_s = 8\n"
				   "connect_timeout_s = 9\n"
				   "locate_program = /x y\n"
				   "shortname_domain =\n"), CG_OK);
	assert_null(why);
	assert_int_equal(config.conns.per_uid, 5);
	assert_int_equal(config.caches.caches_per_uid, 6);
	assert_int_equal(config.caches.tickets_per_cache, 7);
	assert_int_equal(config.caches.bytes_per_uid, 2000000);
	assert_int_equal(config.caches.bytes_total, 3000000);
	assert_int_equal(config.relay.timeout_s, 8);
	assert_int_equal(config.relay.connect_timeout_s, 9);
	assert_string_equal(config.locate_program, "/x y");
	assert_string_equal(config.shortname_domain, "");
}

static void realms_have_hosts(void **state)
{
	(void)state;
	assert_int_equal(read_text("[kdcs]\n"
				   "EXAMPLE.TEST = dc1 dc2:1088\t[::1]:99\n"
				   "OTHER = 192.0.2.1\n"), CG_OK);
	assert_int_equal(config.n_kdcs, 2);
	assert_string_equal(config.kdcs[0].realm.text, "EXAMPLE.TEST");
	assert_string_equal(config.kdcs[0].hosts[0], "dc1");
	assert_string_equal(config.kdcs[0].hosts[1], "dc2:1088");
	assert_string_equal(config.kdcs[0].hosts[2], "[::1]:99");
	assert_null(config.kdcs[0].hosts[3]);
	assert_string_equal(config.kdcs[1].hosts[0], "192.0.2.1");
}

static void sections_of_others_are_passed_over(void **state)
{
	(void)state;
	assert_int_equal(read_text("[vault]\nanything = 1\n"
				   "[launch]\nx = y\n"), CG_OK);
}

static void unknown_things_are_named_with_what_there_is(void **state)
{
	(void)state;
	assert_wrong("[broker]\n\nconnections = 5\n", ":3:",
		     "there is no key \"connections\" in [broker]; there are "
		     "connections_per_uid, caches_per_uid, ");
	assert_wrong("[kdc]\ntimeout = 5\n", ":2:", "timeout_s");
	assert_wrong("[kcd]\ntimeout_s = 5\n", ":2:",
		     "there is no section [kcd]; there are [audit]");
	assert_wrong("timeout_s = 5\n", ":1:", "there is no section []");
	assert_wrong("[broker]\nnonsense\n", ":2:",
		     "neither [section] nor key = value");
}

static void values_have_bounds(void **state)
{
	(void)state;
	assert_wrong("[kdc]\ntimeout_s = 0\n", ":2:", "from 1 to 300");
	assert_wrong("[kdc]\ntimeout_s = 301\n", ":2:", "\"301\"");
	assert_wrong("[kdc]\ntimeout_s = -1\n", ":2:", "not a number");
	assert_wrong("[kdc]\ntimeout_s = 5s\n", ":2:", "not a number");
	assert_wrong("[kdc]\ntimeout_s =\n", ":2:", "not a number");
	assert_wrong("[broker]\nbytes_per_uid = 99999999999999999999999\n",
		     ":2:", "not a number");
	assert_wrong("[broker]\nconnections_per_uid = 4097\n", ":2:",
		     "from 1 to 4096");
}

static void what_is_given_twice_is_an_error(void **state)
{
	(void)state;
	assert_wrong("[kdc]\ntimeout_s = 5\n[broker]\n[kdc]\ntimeout_s = 6\n",
		     ":5:", "timeout_s is given twice");
	assert_wrong("[kdcs]\nA = x\nA = y\n", ":3:", "A is given twice");
	/* A line that begins with a blank continues the one before. */
	assert_wrong("[kdc]\ntimeout_s = 5\n connect_timeout_s = 6\n", ":3:",
		     "timeout_s is given twice");
}

static void realms_and_hosts_are_checked(void **state)
{
	(void)state;
	assert_wrong("[kdcs]\n-A = x\n", ":2:", "not the name of a realm");
	assert_wrong("[kdcs]\nA B = x\n", ":2:", "not the name of a realm");
	assert_wrong("[kdcs]\nA =\n", ":2:", "without hosts");
	assert_wrong("[kdcs]\nA = --help\n", ":2:", "no host");
	assert_wrong("[kdcs]\nA = 1 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17\n",
		     ":2:", "more than 16");
}

static void a_line_that_is_too_long_is_an_error(void **state)
{
	char text[600] = "[kdcs]\nA = ";
	size_t len = strlen(text);

	(void)state;
	memset(text + len, 'x', 300);
	strcpy(text + len + 300, "\n");
	assert_wrong(text, ":2:", "longer than");
}

static void only_the_first_error_is_told(void **state)
{
	(void)state;
	assert_wrong("[kdc]\na = 1\nb = 2\nnonsense\n", ":2:", "\"a\"");
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_file_that_is_not_there_means_the_defaults),
		TEST(an_empty_file_means_the_defaults),
		TEST(our_own_example_has_the_defaults),
		TEST(every_key_is_read),
		TEST(realms_have_hosts),
		TEST(sections_of_others_are_passed_over),
		TEST(unknown_things_are_named_with_what_there_is),
		TEST(values_have_bounds),
		TEST(what_is_given_twice_is_an_error),
		TEST(realms_and_hosts_are_checked),
		TEST(a_line_that_is_too_long_is_an_error),
		TEST(only_the_first_error_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
