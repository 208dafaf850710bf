/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules: what a text compiles to, what is refused of it, and what they
 * decide. */
#include "idl/policy_text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ALICE "alice@EXAMPLE.TEST"
#define FS1 "cifs/fs1.example.test@EXAMPLE.TEST"

struct line {
	const char *rule;
	const char *key;
	const char *value;
};

static struct cg_bytes bytes_of(const char *s)
{
	return (struct cg_bytes){ (const uint8_t *)s, strlen(s) };
}

static struct cg_policy_text *compiled(const struct line *lines)
{
	struct cg_policy_text *text = calloc(1, sizeof(*text));
	char section[80];

	assert_non_null(text);
	for (; lines->rule != NULL; lines++) {
		(void)snprintf(section, sizeof(section), "rule %s",
			       lines->rule);
		if (!cg_policy_text_key(text, section, lines->key,
					lines->value)) {
			return text;
		}
	}
	if (cg_policy_text_end(text)) {
		assert_string_equal(text->why, "");
	}
	return text;
}

static struct cg_policy_answer ask(const struct cg_policy_text *text,
				   const struct cg_policy_question *q)
{
	const struct cg_bytes all = { text->compiled, text->len };

	assert_string_equal(text->why, "");
	assert_int_equal(cg_policy_check(all), CG_OK);
	return cg_policy_decide(all, q);
}

static bool may(const struct cg_policy_text *text,
		enum cg_policy_protocol protocol, const char *target)
{
	const struct cg_policy_program none = { 0 };
	const struct cg_policy_question q = {
		.protocol = protocol, .user = bytes_of(ALICE),
		.target = bytes_of(target), .program = &none };

	return ask(text, &q).may;
}

static void without_rules_all_is_allowed_that_needs_none(void **state)
{
	static const struct line none[] = { { 0 } };
	struct cg_policy_text *text = compiled(none);

	(void)state;
	assert_true(may(text, CG_POLICY_KERBEROS, FS1));
	assert_true(may(text, CG_POLICY_NTLM, FS1));
	assert_false(may(text, CG_POLICY_DELEGATION, FS1));
	assert_false(may(text, CG_POLICY_FOR_USER, FS1));
	free(text);
}

static bool may_serve(const struct cg_policy_text *text, const char *user,
		      const char *cgroup, const char *target)
{
	const struct cg_policy_program program = {
		.cgroup = bytes_of(cgroup), .is_lost = cgroup[0] == '\0' };
	const struct cg_policy_question q = {
		.protocol = CG_POLICY_FOR_USER, .user = bytes_of(user),
		.target = bytes_of(target), .any_target = target[0] == '\0',
		.program = &program };

	return ask(text, &q).may;
}

static void root_serves_whom_a_rule_names_for_what_it_names(void **state)
{
	static const struct line lines[] = {
		{ "not", "protocol", "for_user" },
		{ "not", "target", "cifs/secret.example.test" },
		{ "not", "allow", "no" },
		{ "proxy", "protocol", "for_user" },
		{ "proxy", "program", "cgroup:/proxy" },
		{ "proxy", "user", "alice" },
		{ "proxy", "target", "cifs/*" },
		{ "proxy", "allow", "yes" },
		{ 0 }
	};
	struct cg_policy_text *text = compiled(lines);

	(void)state;
	assert_true(may_serve(text, ALICE, "/proxy", FS1));
	assert_true(may_serve(text, ALICE, "/proxy", ""));
	assert_false(may_serve(text, ALICE, "/proxy", "HTTP/fs1@X"));
	assert_false(may_serve(text, ALICE, "/proxy",
			       "cifs/secret.example.test@EXAMPLE.TEST"));
	assert_false(may_serve(text, "bob@EXAMPLE.TEST", "/proxy", FS1));
	assert_false(may_serve(text, "", "/proxy", ""));
	assert_false(may_serve(text, ALICE, "/other", FS1));
	assert_false(may_serve(text, ALICE, "/other", ""));
	/* A process that is gone, of which nothing is known. */
	assert_false(may_serve(text, ALICE, "", FS1));
	assert_false(may_serve(text, ALICE, "", ""));
	/* The other protocols are as they were. */
	assert_true(may(text, CG_POLICY_KERBEROS, FS1));
	free(text);
}

static void root_serves_nobody_without_a_program(void **state)
{
	static const struct line open[] = {
		{ "proxy", "protocol", "for_user" },
		{ "proxy", "allow", "yes" }, { 0 } };
	static const struct line trial[] = {
		{ "proxy", "protocol", "kerberos, for_user" },
		{ "proxy", "mode", "audit" },
		{ "proxy", "allow", "no" }, { 0 } };
	const struct line *const both[] = { open, trial };

	(void)state;
	for (size_t i = 0; i < 2; i++) {
		struct cg_policy_text *text = compiled(both[i]);

		assert_non_null(strstr(text->why, "program must say which"));
		free(text);
	}
}

static void the_first_that_matches_decides(void **state)
{
	static const struct line lines[] = {
		{ "one", "target", "cifs/fs1.example.test" },
		{ "one", "protocol", "kerberos" },
		{ "one", "allow", "yes" },
		{ "gone", "allow", "no" },
		{ "gone", "mode", "off" },
		{ "two", "target", "*/*.example.test, HTTP/*@OTHER.TEST" },
		{ "two", "allow", "no" },
		{ "three", "protocol", "delegation" },
		{ "three", "target", "HTTP/web.other.test" },
		{ "three", "allow", "yes" },
		{ 0 }
	};
	struct cg_policy_text *text = compiled(lines);

	(void)state;
	assert_true(may(text, CG_POLICY_KERBEROS, FS1));
	assert_true(may(text, CG_POLICY_KERBEROS, "CIFS/FS1.Example.test@X"));
	assert_false(may(text, CG_POLICY_NTLM, FS1));
	assert_false(may(text, CG_POLICY_KERBEROS, "host/fs2.example.test@X"));
	assert_false(may(text, CG_POLICY_KERBEROS, "HTTP/a@OTHER.TEST"));
	assert_true(may(text, CG_POLICY_KERBEROS, "HTTP/a@EXAMPLE.TEST"));
	assert_true(may(text, CG_POLICY_KERBEROS, "host/example.test"));
	assert_true(may(text, CG_POLICY_DELEGATION, "HTTP/web.other.test@X"));
	assert_false(may(text, CG_POLICY_DELEGATION, "HTTP/web2.other.test"));
	free(text);
}

static void users_and_programs_are_told_apart(void **state)
{
	static const struct line lines[] = {
		{ "a", "user", "bob, admin?@EXAMPLE.TEST" },
		{ "a", "allow", "no" },
		{ "b", "program", "cgroup:/system.slice/*, label:my*_t" },
		{ "b", "allow", "yes" },
		{ "c", "allow", "no" },
		{ 0 }
	};
	static const struct {
		const char *user, *cgroup, *label;
		bool may;
	} cases[] = {
		{ ALICE, "/system.slice/nfs.service", "", true },
		{ ALICE, "/user.slice", "", false },
		{ ALICE, "", "", false },
		{ ALICE, "", "my_app_t:s0", false },
		{ ALICE, "", "my_app_t", true },
		{ "bob@EXAMPLE.TEST", "/system.slice/x", "", false },
		{ "admin1@EXAMPLE.TEST", "/system.slice/x", "", false },
		{ "admin1@OTHER.TEST", "/system.slice/x", "", true },
	};
	struct cg_policy_text *text = compiled(lines);

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		const struct cg_policy_program program = {
			.cgroup = bytes_of(cases[i].cgroup),
			.label = bytes_of(cases[i].label) };
		const struct cg_policy_question q = {
			.protocol = CG_POLICY_KERBEROS,
			.user = bytes_of(cases[i].user),
			.target = bytes_of(FS1), .program = &program };

		assert_int_equal(ask(text, &q).may, cases[i].may);
	}
	free(text);
}

/* A process that is gone by then, or a kernel that tells nothing. */
static void of_whom_nothing_is_known_nothing_is_believed(void **state)
{
	static const struct line lines[] = {
		{ "a", "program", "cgroup:/a" }, { "a", "allow", "yes" },
		{ "a", "target", "*/fs1.*" },
		{ "b", "program", "cgroup:/b" }, { "b", "allow", "no" },
		{ "c", "target", "*/fs2.*" }, { "c", "allow", "yes" }, { 0 }
	};
	const struct cg_policy_program lost = { .is_lost = true };
	struct cg_policy_text *text = compiled(lines);
	const struct cg_policy_question q = {
		.protocol = CG_POLICY_KERBEROS, .user = bytes_of(ALICE),
		.target = bytes_of("cifs/fs1.x"), .program = &lost };

	(void)state;
	assert_false(ask(text, &q).may);
	assert_memory_equal(ask(text, &q).rule.data, "b", 1);
	free(text);
}

/* The vault must not refuse what a program may, nor let through what all may
 * not. */
static void who_knows_no_program_leaves_it_to_who_does(void **state)
{
	static const struct line lines[] = {
		{ "a", "target", "*/fs1.*" },
		{ "a", "program", "cgroup:/a" }, { "a", "allow", "yes" },
		{ "b", "target", "*/fs2.*" },
		{ "b", "program", "cgroup:/b" }, { "b", "allow", "no" },
		{ "c", "target", "*/fs1.*, */fs3.*" }, { "c", "allow", "no" },
		{ 0 }
	};
	struct cg_policy_text *text = compiled(lines);
	struct cg_policy_question q = { .protocol = CG_POLICY_KERBEROS,
					.user = bytes_of(ALICE) };

	(void)state;
	q.target = bytes_of("cifs/fs1.x");
	assert_true(ask(text, &q).may);
	q.target = bytes_of("cifs/fs2.x");
	assert_true(ask(text, &q).may);
	q.target = bytes_of("cifs/fs3.x");
	assert_false(ask(text, &q).may);
	free(text);
}

static void a_rule_on_trial_refuses_nothing(void **state)
{
	static const struct line lines[] = {
		{ "t", "protocol", "kerberos" }, { "t", "allow", "no" },
		{ "t", "mode", "audit" },
		{ "b", "allow", "yes" }, { "b", "channel_binding", "require" },
		{ "b", "rc4", "yes" }, { 0 }
	};
	struct cg_policy_text *text = compiled(lines);
	const struct cg_policy_program none = { 0 };
	struct cg_policy_question q = {
		.protocol = CG_POLICY_KERBEROS, .user = bytes_of(ALICE),
		.target = bytes_of(FS1), .program = &none };
	struct cg_policy_answer answer = ask(text, &q);

	(void)state;
	assert_true(answer.may && answer.is_trial);
	assert_memory_equal(answer.rule.data, "t", answer.rule.len);
	q.protocol = CG_POLICY_NTLM;
	answer = ask(text, &q);
	assert_true(answer.may && !answer.is_trial);
	assert_true(answer.needs_binding && answer.rc4);
	free(text);
}

static void what_is_wrong_is_said(void **state)
{
	static const struct {
		struct line lines[4];
		const char *why;
	} cases[] = {
		{ { { "a", "target", "x" }, { 0 } }, "neither allow = yes" },
		{ { { "a", "allow", "maybe" }, { 0 } }, "must be yes or no" },
		{ { { "A", "allow", "no" }, { 0 } }, "a name has 1 to 32" },
		{ { { "", "allow", "no" }, { 0 } }, "a name has 1 to 32" },
		{ { { "a", "mode", "on" }, { 0 } }, "enforce, audit or off" },
		{ { { "a", "taget", "x" }, { 0 } }, "has no key \"taget\"" },
		{ { { "a", "target", "a,,b" }, { 0 } }, "between two commas" },
		{ { { "a", "target", "a\x80" }, { 0 } }, "printable ASCII" },
		{ { { "a", "program", "exe:/x" }, { 0 } }, "cgroup:/PATH" },
		{ { { "a", "program", "cgroup:x" }, { 0 } }, "cgroup:/PATH" },
		{ { { "a", "protocol", "smb" }, { 0 } }, "kerberos, ntlm" },
		{ { { "a", "allow", "no" }, { "a", "allow", "no" }, { 0 } },
		  "given twice" },
		{ { { "a", "allow", "no" }, { "b", "allow", "no" },
		    { "a", "allow", "no" } }, "is there twice" },
		{ { { "a", "allow", "no" }, { "a", "rc4", "yes" }, { 0 } },
		  "for rules that allow" },
		{ { { "a", "channel_binding", "no" }, { 0 } },
		  "must be require or any" },
	};

	(void)state;
	for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); i++) {
		struct line lines[5] = { { 0 } };
		struct cg_policy_text *text;

		memcpy(lines, cases[i].lines, sizeof(cases[i].lines));
		text = compiled(lines);
		if (strstr(text->why, cases[i].why) == NULL) {
			fail_msg("%s: %s", cases[i].why, text->why);
		}
		free(text);
	}
}

static void there_are_no_more_than_64(void **state)
{
	struct cg_policy_text *text = calloc(1, sizeof(*text));
	char section[32];

	(void)state;
	assert_non_null(text);
	for (unsigned int i = 0; i < CG_POLICY_RULES_MAX; i++) {
		(void)snprintf(section, sizeof(section), "rule r%u", i);
		assert_true(cg_policy_text_key(text, section, "allow", "no"));
	}
	assert_false(cg_policy_text_key(text, "rule more", "allow", "no"));
	assert_non_null(strstr(text->why, "more than 64 rules"));
	free(text);
}

/* As a vault of another version, or a broken guardian, would get them. */
static void bytes_that_are_cut_are_no_rules(void **state)
{
	static const struct line lines[] = {
		{ "a", "target", "cifs/*" }, { "a", "user", "alice" },
		{ "a", "allow", "no" }, { 0 }
	};
	struct cg_policy_text *text = compiled(lines);

	(void)state;
	for (size_t n = 1; n < text->len; n++) {
		assert_int_equal(cg_policy_check((struct cg_bytes){
			text->compiled, n }), CG_E_INVALID);
	}
	text->compiled[0] = 16;
	assert_int_equal(cg_policy_check((struct cg_bytes){
		text->compiled, text->len }), CG_E_INVALID);
	text->compiled[0] = 1;
	text->compiled[1] = 16;
	assert_int_equal(cg_policy_check((struct cg_bytes){
		text->compiled, text->len }), CG_E_INVALID);
	free(text);
}

static void a_principal_is_as_in_the_rules(void **state)
{
	static const uint8_t wire[] =
		"\0\0\0\1\0\0\0\2\0\0\0\1R\0\0\0\4cifs\0\0\0\3fs1";
	const struct cg_bytes whole = { wire, sizeof(wire) - 1 };
	uint8_t out[16];
	struct cg_bytes text = cg_policy_principal(whole, out, sizeof(out));

	(void)state;
	assert_int_equal(text.len, 10);
	assert_memory_equal(text.data, "cifs/fs1@R", 10);
	assert_int_equal(cg_policy_principal(whole, out, 9).len, 0);
	for (size_t n = 0; n < whole.len; n++) {
		assert_int_equal(cg_policy_principal(
			(struct cg_bytes){ wire, n }, out,
			sizeof(out)).len, 0);
	}
}

static void patterns_take_no_time(void **state)
{
	char pattern[200], text[1000];

	(void)state;
	memset(pattern, '*', sizeof(pattern));
	for (size_t i = 1; i < sizeof(pattern); i += 2) {
		pattern[i] = 'a';
	}
	pattern[sizeof(pattern) - 2] = 'b';
	pattern[sizeof(pattern) - 1] = '\0';
	memset(text, 'a', sizeof(text));
	text[sizeof(text) - 1] = '\0';
	/* Exponential matching would not end before the universe does. */
	assert_false(cg_policy_list_matches(bytes_of(pattern),
					    bytes_of(text)));
	text[sizeof(text) - 2] = 'b';
	assert_true(cg_policy_list_matches(bytes_of(pattern),
					   bytes_of(text)));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(without_rules_all_is_allowed_that_needs_none),
		cmocka_unit_test(
			root_serves_whom_a_rule_names_for_what_it_names),
		cmocka_unit_test(root_serves_nobody_without_a_program),
		cmocka_unit_test(the_first_that_matches_decides),
		cmocka_unit_test(users_and_programs_are_told_apart),
		cmocka_unit_test(who_knows_no_program_leaves_it_to_who_does),
		cmocka_unit_test(of_whom_nothing_is_known_nothing_is_believed),
		cmocka_unit_test(a_rule_on_trial_refuses_nothing),
		cmocka_unit_test(what_is_wrong_is_said),
		cmocka_unit_test(there_are_no_more_than_64),
		cmocka_unit_test(bytes_that_are_cut_are_no_rules),
		cmocka_unit_test(a_principal_is_as_in_the_rules),
		cmocka_unit_test(patterns_take_no_time),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
