/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is in a group, by a PAC as [MS-PAC] has it. A domain controller's own is
 * looked at in tests/lab/test_protected_users.py. */
#include "isolated-helper/vault/pac.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "isolated-helper/vault/krb5_protected.h"
#include "isolated-helper/vault/secret.h"
#include "isolated-helper/vault/vault.h"
#include "tests/unit/pac_bytes.h"

#define USERS 513U
#define PROTECTED CG_PAC_RID_PROTECTED_USERS
#define ROOM PAC_MAX

static const struct pac_user bob = {
	.strings = { "bob", "Bob B.", "", NULL, "\\\\fs1\\bob", "H:" },
	.primary = USERS, .groups = { USERS, 1104 },
};

/* In a buffer of its very length, so that ASan sees a byte read behind it. */
static enum cg_pac_answer ask(const uint8_t *pac, size_t len, uint32_t rid)
{
	uint8_t *copy = malloc(len > 0 ? len : 1);
	enum cg_pac_answer answer;

	assert_non_null(copy);
	memcpy(copy, pac, len);
	answer = cg_pac_is_member((struct cg_bytes){ copy, len }, rid);
	free(copy);
	return answer;
}

static enum cg_pac_answer ask_of(const struct pac_user *u, uint32_t rid)
{
	uint8_t pac[ROOM];
	size_t len = pac_make(u, pac);

	return ask(pac, len, rid);
}

static void a_member_is_one_wherever_the_group_stands(void **state)
{
	struct pac_user u = bob;

	(void)state;
	assert_int_equal(ask_of(&u, PROTECTED), CG_PAC_NO);
	assert_int_equal(ask_of(&u, 1104), CG_PAC_YES);
	u.groups[2] = PROTECTED;
	assert_int_equal(ask_of(&u, PROTECTED), CG_PAC_YES);
	u.groups[0] = PROTECTED;
	u.groups[2] = 0;
	assert_int_equal(ask_of(&u, PROTECTED), CG_PAC_YES);
	u = bob;
	u.primary = PROTECTED;
	assert_int_equal(ask_of(&u, PROTECTED), CG_PAC_YES);
	u.groups[0] = 0;
	assert_int_equal(ask_of(&u, PROTECTED), CG_PAC_YES);
}

/* The number of the user, or 525 as an attribute, is no membership. */
static void what_only_looks_like_the_group_is_not(void **state)
{
	struct pac_user u = bob;

	(void)state;
	assert_int_equal(ask_of(&u, 1103), CG_PAC_NO);
	assert_int_equal(ask_of(&u, 7), CG_PAC_NO);
	u.groups[1] = PROTECTED + 0x10000;
	assert_int_equal(ask_of(&u, PROTECTED), CG_PAC_NO);
}

static void strings_of_any_length_are_stepped_over(void **state)
{
	char text[64];
	struct pac_user u = bob;

	(void)state;
	memset(text, 'x', sizeof(text));
	for (size_t len = 0; len < sizeof(text); len++) {
		text[len] = '\0';
		u.strings[len % PAC_STRINGS] = text;
		u.groups[1] = PROTECTED;
		assert_int_equal(ask_of(&u, PROTECTED), CG_PAC_YES);
		u.groups[1] = 1104;
		assert_int_equal(ask_of(&u, PROTECTED), CG_PAC_NO);
		text[len] = 'x';
		u = bob;
	}
}

static void nothing_is_no_pac_and_half_of_one_is_no_answer(void **state)
{
	uint8_t pac[ROOM];
	size_t len = pac_make(&bob, pac);

	(void)state;
	assert_int_equal(ask(pac, 0, PROTECTED), CG_PAC_NO);
	for (size_t i = 1; i < len; i++) {
		assert_int_equal(ask(pac, i, PROTECTED), CG_PAC_UNREADABLE);
	}
	assert_int_equal(ask(pac, len, PROTECTED), CG_PAC_NO);
}

static void a_count_that_is_not_so_is_no_answer(void **state)
{
	static const uint32_t counts[] = { 1, 3, 8193, 0x20000000,
					   0xffffffff };
	struct pac_user u = bob;

	(void)state;
	for (size_t i = 0; i < sizeof(counts) / sizeof(counts[0]); i++) {
		u.claimed = counts[i];
		assert_int_equal(ask_of(&u, PROTECTED), CG_PAC_UNREADABLE);
	}
}

static void any_changed_byte_is_read_within_bounds(void **state)
{
	uint8_t pac[ROOM];
	size_t len = pac_make(&bob, pac);

	(void)state;
	for (size_t i = 0; i < len; i++) {
		for (unsigned int bit = 0; bit < 8; bit++) {
			pac[i] ^= (uint8_t)(1U << bit);
			(void)ask(pac, len, PROTECTED);
			pac[i] ^= (uint8_t)(1U << bit);
		}
		pac[i] ^= 0xff;
		(void)ask(pac, len, PROTECTED);
		pac[i] ^= 0xff;
	}
}

static struct cg_secret *any_secret(void)
{
	const uint8_t bytes[] = { 1, 2, 3 };
	struct cg_secret *s = NULL;

	assert_int_equal(cg_secret_copy_in(
		(struct cg_secret_bytes){ bytes, sizeof(bytes) }, &s), CG_OK);
	return s;
}

static void a_member_keeps_nothing_that_outlives_the_tgt(void **state)
{
	static const uint32_t modes[] = { CG_PROTECTED_OFF, CG_PROTECTED_AUDIT,
					  CG_PROTECTED_ENFORCE };
	/* Not on the stack: it has the room of a vault's scratch. */
	struct cg_vault *v = calloc(1, sizeof(*v));
	struct pac_user u = bob;
	uint8_t pac[ROOM];

	(void)state;
	assert_non_null(v);
	u.primary = PROTECTED;
	for (size_t i = 0; i < sizeof(modes) / sizeof(modes[0]); i++) {
		struct cg_entry tgt = { .long_term = any_secret(),
					.typed = any_secret(),
					.nt_hash = any_secret() };
		bool stays = modes[i] != CG_PROTECTED_ENFORCE;

		v->protected_users = modes[i];
		assert_int_equal(cg_protected_apply(
			v, &tgt, (struct cg_bytes){ pac, pac_make(&u, pac) }),
			modes[i]);
		assert_true((tgt.long_term != NULL) == stays);
		assert_true((tgt.nt_hash != NULL) == stays);
		assert_true((tgt.typed != NULL) == stays);
		cg_secret_forget(&tgt.long_term);
		cg_secret_forget(&tgt.nt_hash);
		cg_secret_forget(&tgt.typed);
	}
	free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_member_is_one_wherever_the_group_stands),
		cmocka_unit_test(what_only_looks_like_the_group_is_not),
		cmocka_unit_test(strings_of_any_length_are_stepped_over),
		cmocka_unit_test(
			nothing_is_no_pac_and_half_of_one_is_no_answer),
		cmocka_unit_test(a_count_that_is_not_so_is_no_answer),
		cmocka_unit_test(any_changed_byte_is_read_within_bounds),
		cmocka_unit_test(a_member_keeps_nothing_that_outlives_the_tgt),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
