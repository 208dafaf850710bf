/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The typed password: where it lies, what is taken, what is refused. */
#include "plugin/client/password.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <cmocka.h>
#include <sys/wait.h>
#include <unistd.h>

#include "idl/limits.h"

static int open_one(void **state)
{
	struct cg_password *password;

	assert_int_equal(cg_password_open(&password), CG_OK);
	*state = password;
	return 0;
}

static int forget_one(void **state)
{
	struct cg_password *password = *state;

	cg_password_forget(&password);
	assert_null(password);
	cg_password_forget(&password);
	return 0;
}

/* The reading end of a pipe that holds text and ends. */
static int pipe_of(const void *text, size_t len)
{
	int ends[2];

	assert_int_equal(pipe(ends), 0);
	assert_int_equal(write(ends[1], text, len), len);
	close(ends[1]);
	return ends[0];
}

static void assert_holds(const struct cg_password *password, const char *text)
{
	struct cg_secret_bytes b = cg_password_bytes(password);

	assert_int_equal(b.len, strlen(text));
	assert_memory_equal(b.data, text, b.len);
}

static void a_line_ends_at_the_newline_and_no_more_is_read(void **state)
{
	int fd = pipe_of("Secret 1\nrest", 13);
	char rest[8] = "";

	assert_int_equal(cg_password_read_line(*state, fd), CG_OK);
	assert_holds(*state, "Secret 1");
	assert_int_equal(read(fd, rest, sizeof(rest)), 4);
	assert_string_equal(rest, "rest");
	close(fd);
}

static void a_line_may_end_with_the_file(void **state)
{
	int fd = pipe_of("Secret 1", 8);

	assert_int_equal(cg_password_read_line(*state, fd), CG_OK);
	assert_holds(*state, "Secret 1");
	close(fd);
}

static void nothing_is_not_found(void **state)
{
	int fd = pipe_of("\nx", 2);

	assert_int_equal(cg_password_read_line(*state, fd), CG_E_NOT_FOUND);
	close(fd);
	fd = pipe_of("", 0);
	assert_int_equal(cg_password_read_line(*state, fd), CG_E_NOT_FOUND);
	close(fd);
	assert_int_equal(cg_password_read_line(*state, fd), CG_E_SYSTEM);
}

static void only_the_longest_length_fits(void **state)
{
	char text[CG_PASSWORD_MAX + 1];
	int fd;

	memset(text, 'x', sizeof(text));
	fd = pipe_of(text, CG_PASSWORD_MAX);
	assert_int_equal(cg_password_read_line(*state, fd), CG_OK);
	assert_int_equal(cg_password_bytes(*state).len, CG_PASSWORD_MAX);
	close(fd);
	cg_password_clear(*state);
	fd = pipe_of(text, sizeof(text));
	assert_int_equal(cg_password_read_line(*state, fd), CG_E_LIMIT);
	assert_int_equal(cg_password_bytes(*state).len, 0);
	close(fd);
}

static void a_nul_is_refused_and_the_rest_wiped(void **state)
{
	struct cg_secret_bytes with_nul = { (const uint8_t *)"ab\0c", 4 };
	const uint8_t *data = cg_password_bytes(*state).data;

	assert_int_equal(cg_password_append(*state, with_nul), CG_E_INVALID);
	assert_int_equal(cg_password_bytes(*state).len, 0);
	assert_int_equal(data[0], 0);
	assert_int_equal(data[1], 0);
}

static void it_can_be_given_in_pieces(void **state)
{
	struct cg_secret_bytes one = { (const uint8_t *)"correct ", 8 };
	struct cg_secret_bytes two = { (const uint8_t *)"horse", 5 };

	assert_int_equal(cg_password_append(*state, one), CG_OK);
	assert_int_equal(cg_password_append(*state, two), CG_OK);
	assert_holds(*state, "correct horse");
}

/* The flags of the mapping that holds data, from /proc/self/smaps. */
static void flags_of(const void *data, char *out, size_t cap)
{
	FILE *file = fopen("/proc/self/smaps", "r");
	unsigned long at = (unsigned long)data;
	unsigned long from;
	unsigned long to;
	char line[512];
	bool mine = false;

	assert_non_null(file);
	*out = '\0';
	while (fgets(line, sizeof(line), file) != NULL) {
		if (sscanf(line, "%lx-%lx ", &from, &to) == 2) {
			mine = from <= at && at < to;
		}
		if (mine && strncmp(line, "VmFlags:", 8) == 0) {
			(void)snprintf(out, cap, "%s", line);
		}
	}
	fclose(file);
}

static void it_is_locked_and_in_no_core_file(void **state)
{
	char flags[512];

	flags_of(cg_password_bytes(*state).data, flags, sizeof(flags));
	assert_non_null(strstr(flags, " lo"));
	assert_non_null(strstr(flags, " dd"));
	assert_non_null(strstr(flags, " dc"));
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, open_one, forget_one)
	const struct CMUnitTest tests[] = {
		TEST(a_line_ends_at_the_newline_and_no_more_is_read),
		TEST(a_line_may_end_with_the_file),
		TEST(nothing_is_not_found),
		TEST(only_the_longest_length_fits),
		TEST(a_nul_is_refused_and_the_rest_wiped),
		TEST(it_can_be_given_in_pieces),
		TEST(it_is_locked_and_in_no_core_file),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
