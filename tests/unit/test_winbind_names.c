/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is asked for over winbind's pipe, and whose an answer is. */
#include "plugin/winbind/user_name.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <cmocka.h>

#include "plugin/winbind/probe.h"

static struct cg_bytes text(const char *s)
{
	return (struct cg_bytes){ (const uint8_t *)s, strlen(s) };
}

static void assert_split(const char *s, const char *domain, const char *user)
{
	struct cg_user_name name;

	assert_true(cg_user_name_split(text(s), &name));
	assert_int_equal(name.domain.len, strlen(domain));
	if (domain[0] != '\0') {
		assert_memory_equal(name.domain.data, domain, strlen(domain));
	}
	assert_int_equal(name.user.len, strlen(user));
	assert_memory_equal(name.user.data, user, strlen(user));
}

static void a_domain_comes_before_any_separator(void **state)
{
	(void)state;
	assert_split("alice", "", "alice");
	assert_split("EXAMPLE\\alice", "EXAMPLE", "alice");
	assert_split("EXAMPLE+alice", "EXAMPLE", "alice");
	assert_split("EXAMPLE/alice", "EXAMPLE", "alice");
	assert_split("alice@EXAMPLE.TEST", "", "alice@EXAMPLE.TEST");
	assert_split("a.b-c_d $", "", "a.b-c_d $");
}

static void what_nobody_is_called_is_refused(void **state)
{
	static const char *const wrong[] = {
		"", "\\alice", "EXAMPLE\\", "A\\B\\alice", "a\nb", "\\",
		"EXAMPLE\\alice@OTHER.TEST", "host/fs1\\alice",
	};
	struct cg_user_name name;

	(void)state;
	for (size_t i = 0; i < sizeof(wrong) / sizeof(wrong[0]); i++) {
		assert_false(cg_user_name_split(text(wrong[i]), &name));
	}
}

static void case_does_not_count_and_the_rest_does(void **state)
{
	struct cg_user_name name;

	(void)state;
	assert_true(cg_user_name_split(text("EXAMPLE\\Alice"), &name));
	assert_true(cg_user_name_is(&name, text("alice")));
	assert_true(cg_user_name_is(&name, text("ALICE")));
	assert_false(cg_user_name_is(&name, text("alic")));
	assert_false(cg_user_name_is(&name, text("alicea")));
	assert_false(cg_user_name_is(&name, text("bob")));
	assert_false(cg_user_name_is(&name, text("")));
	assert_true(cg_user_name_split(text("alice@EXAMPLE.TEST"), &name));
	assert_true(cg_user_name_is(&name, text("alice")));
}

static void a_probe_is_a_challenge_and_never_the_same(void **state)
{
	uint8_t one[CG_PROBE_LEN], other[CG_PROBE_LEN];
	size_t len, other_len;

	(void)state;
	assert_int_equal(cg_probe_negotiate().len, 32);
	assert_memory_equal(cg_probe_negotiate().data, "NTLMSSP", 8);
	assert_int_equal(cg_probe_challenge(one, &len), CG_OK);
	assert_int_equal(cg_probe_challenge(other, &other_len), CG_OK);
	assert_int_equal(len, other_len);
	assert_memory_equal(one, "NTLMSSP\0\2\0\0", 12);
	assert_memory_not_equal(one + 24, other + 24, 8);
}

static void the_user_of_a_message_lies_within_it(void **state)
{
	uint8_t message[64] = { 0 };
	struct cg_bytes whole = { message, sizeof(message) };

	(void)state;
	message[36] = 10;
	message[40] = 54;
	memcpy(message + 54, "a\0l\0i\0c\0e", 10);
	assert_int_equal(cg_probe_user(whole).len, 10);
	assert_ptr_equal(cg_probe_user(whole).data, message + 54);
	for (size_t n = 0; n < sizeof(message); n++) {
		whole.len = n;
		assert_int_equal(cg_probe_user(whole).len, 0);
	}
	whole.len = sizeof(message);
	message[43] = 0xff;
	assert_int_equal(cg_probe_user(whole).len, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_domain_comes_before_any_separator),
		cmocka_unit_test(what_nobody_is_called_is_refused),
		cmocka_unit_test(case_does_not_count_and_the_rest_does),
		cmocka_unit_test(a_probe_is_a_challenge_and_never_the_same),
		cmocka_unit_test(the_user_of_a_message_lies_within_it),
	};

	return cmocka_run_group_tests_name("winbind_names", tests, NULL, NULL);
}
