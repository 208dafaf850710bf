/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whatever two policies say: where the later one is not told to be weaker, no
 * question gets more from it than from the earlier one. */
#include "idl/policy_compare.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>

#include "idl/policy_text.h"

#define PAIRS 40000U
#define RULES 5U
#define COUNT(of) (sizeof(of) / sizeof((of)[0]))

static const char *const users[] = { "", "a", "b", "*", "a, b" };
static const char *const targets[] = { "", "h/x", "h/y", "h/*", "h/x, h/y" };
static const char *const programs[] = { "", "cgroup:/p", "cgroup:/*" };
static const char *const protocols[] = { "", "kerberos", "ntlm", "delegation",
					 "ntlm, delegation", "for_user",
					 "kerberos, for_user" };

struct dice {
	uint64_t state;
};

static size_t roll(struct dice *d, size_t n)
{
	d->state = d->state * 6364136223846793005ULL + 1442695040888963407ULL;
	return (size_t)(d->state >> 33) % n;
}

static void key(struct cg_policy_text *text, const char *section,
		const char *name, const char *value)
{
	if (value[0] != '\0') {
		assert_true(cg_policy_text_key(text, section, name, value));
	}
}

static void add_rule(struct cg_policy_text *text, struct dice *d, size_t n)
{
	char section[] = "rule r0";
	bool allows = roll(d, 2) == 0;
	const char *protocol;
	size_t needs_program;

	section[sizeof(section) - 2] = (char)('0' + n);
	key(text, section, "allow", allows ? "yes" : "no");
	key(text, section, "user", users[roll(d, COUNT(users))]);
	key(text, section, "target", targets[roll(d, COUNT(targets))]);
	protocol = protocols[roll(d, COUNT(protocols))];
	key(text, section, "protocol", protocol);
	/* One for_user is not without. */
	needs_program = strstr(protocol, "for_user") != NULL ? 1 : 0;
	key(text, section, "program",
	    programs[needs_program + roll(d, COUNT(programs) -
					     needs_program)]);
	key(text, section, "mode", roll(d, 4) == 0 ? "audit" : "enforce");
	if (allows && roll(d, 3) == 0) {
		key(text, section, "rc4", "yes");
	}
	if (allows && roll(d, 3) == 0) {
		key(text, section, "channel_binding", "require");
	}
}

/* Two that have rules in common: each rule comes of a number, and either
 * policy leaves some out. */
static void make(struct cg_policy_text *text, uint64_t seed,
		 const uint64_t *rules, struct dice *d)
{
	memset(text, 0, sizeof(*text));
	for (size_t i = 0; i < RULES; i++) {
		struct dice of_rule = { rules[i] };

		if (roll(d, 4) == 0) {
			of_rule.state = seed + i;
		}
		if (roll(d, 4) != 0) {
			add_rule(text, &of_rule, i);
		}
	}
	assert_true(cg_policy_text_end(text));
}

static struct cg_bytes bytes_of(const char *s)
{
	return (struct cg_bytes){ (const uint8_t *)s, strlen(s) };
}

static struct cg_bytes rules_of(const struct cg_policy_text *text)
{
	return (struct cg_bytes){ text->compiled, text->len };
}

static bool is_more(struct cg_bytes before, struct cg_bytes after,
		    const struct cg_policy_question *q)
{
	struct cg_policy_answer a = cg_policy_decide(before, q);
	struct cg_policy_answer b = cg_policy_decide(after, q);
	bool a_unbound = a.may && (!a.needs_binding || a.is_trial);
	bool b_unbound = b.may && (!b.needs_binding || b.is_trial);

	return (b.may && !a.may) || (b_unbound && !a_unbound) ||
	       (b.may && b.rc4 && !(a.may && a.rc4));
}

static bool any_more(struct cg_bytes before, struct cg_bytes after)
{
	static const char *const groups[] = { "/p", "/q" };
	bool more = false;

	/* The bits of i are a question. */
	for (unsigned int i = 0; i < 48; i++) {
		const struct cg_policy_program program = {
			.cgroup = bytes_of(groups[i / 4 % 2]) };
		struct cg_policy_question q = {
			.protocol = (enum cg_policy_protocol)(1U << i / 12),
			.user = bytes_of((i & 1) != 0 ? "a" : "c"),
			.target = bytes_of((i & 2) != 0 ? "h/x" : "h/z"),
			.program = i / 4 % 3 < 2 ? &program : NULL };

		more = more || is_more(before, after, &q);
	}
	return more;
}

static void count_weaker(void *arg, const struct cg_policy_difference *found)
{
	*(unsigned int *)arg += found->change == CG_POLICY_WEAKER ? 1 : 0;
}

static void what_is_not_told_to_be_weaker_is_not(void **state)
{
	struct cg_policy_text *before = calloc(1, sizeof(*before));
	struct cg_policy_text *after = calloc(1, sizeof(*after));
	struct dice d = { 20260105 };
	unsigned int n_safe = 0, n_weaker = 0, n_really = 0;

	(void)state;
	for (unsigned int i = 0; i < PAIRS; i++) {
		uint64_t rules[RULES];
		unsigned int weaker = 0;
		bool more;

		for (size_t j = 0; j < RULES; j++) {
			rules[j] = roll(&d, 1000000);
		}
		make(before, 1000000 + i, rules, &d);
		make(after, 2000000 + i, rules, &d);
		cg_policy_compare(rules_of(before), rules_of(after),
				  count_weaker, &weaker);
		more = any_more(rules_of(before), rules_of(after));
		if (more && weaker == 0) {
			fail_msg("pair %u: weaker, and not told", i);
		}
		n_safe += weaker == 0 ? 1 : 0;
		n_weaker += weaker != 0 ? 1 : 0;
		n_really += more ? 1 : 0;
	}
	print_message("# %u not weaker, %u told weaker, %u are\n", n_safe,
		      n_weaker, n_really);
	assert_true(n_safe > 1000 && n_really > 1000);
	free(before);
	free(after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_not_told_to_be_weaker_is_not),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
