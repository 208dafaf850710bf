/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A sealed password is opened once, and soon. */
#include "isolated-helper/vault/fresh.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/seal.h"
#include "tests/unit/vault_session.h"

#define UID 1000U
#define NOW UINT64_C(1000000)

static struct cg_fresh_box box_of(uint32_t uid, uint32_t number,
				  uint64_t sealed_at)
{
	struct cg_fresh_box box = { .uid = uid, .sealed_at = sealed_at };

	memcpy(box.sender, &number, sizeof(number));
	return box;
}

static enum cg_status take(struct cg_fresh *f, uint64_t now,
			   struct cg_fresh_box box)
{
	return cg_fresh_take(f, now, &box);
}

static int setup(void **state)
{
	*state = calloc(1, sizeof(struct cg_fresh));
	return *state != NULL ? 0 : -1;
}

static int teardown(void **state)
{
	free(*state);
	return 0;
}

static void a_box_has_its_time(void **state)
{
	struct cg_fresh *f = *state;

	assert_int_equal(take(f, NOW, box_of(1, 1, NOW - 60)), CG_OK);
	assert_int_equal(take(f, NOW, box_of(1, 2, NOW - 61)), CG_E_DENIED);
	assert_int_equal(take(f, NOW, box_of(1, 3, NOW + 5)), CG_OK);
	assert_int_equal(take(f, NOW, box_of(1, 4, NOW + 6)), CG_E_DENIED);
	assert_int_equal(take(f, NOW, box_of(1, 5, 0)), CG_E_DENIED);
	assert_int_equal(take(f, NOW, box_of(1, 6, UINT64_MAX)), CG_E_DENIED);
	assert_int_equal(f->n, 2);
}

static void a_box_is_remembered_while_it_could_open(void **state)
{
	struct cg_fresh *f = *state;
	struct cg_fresh_box box = box_of(1, 7, NOW);

	for (uint64_t t = NOW; t <= NOW + 60; t++) {
		assert_int_equal(take(f, t, box), t == NOW ? CG_OK
							   : CG_E_DENIED);
	}
	/* The clock was set back meanwhile. */
	assert_int_equal(take(f, NOW - 5, box), CG_E_DENIED);
	box.sender[31] = 1;
	assert_int_equal(take(f, NOW + 61, box), CG_E_DENIED);
	assert_int_equal(take(f, NOW + 61, box_of(1, 8, NOW + 61)), CG_OK);
	assert_int_equal(f->n, 1);
}

static void one_user_cannot_fill_the_table(void **state)
{
	struct cg_fresh *f = *state;

	for (uint32_t i = 0; i < CG_FRESH_PER_UID; i++) {
		assert_int_equal(take(f, NOW, box_of(1, i, NOW)), CG_OK);
	}
	assert_int_equal(take(f, NOW, box_of(1, 500, NOW)), CG_E_LIMIT);
	assert_int_equal(take(f, NOW, box_of(2, 501, NOW)), CG_OK);
	assert_int_equal(take(f, NOW + 61, box_of(1, 502, NOW + 61)), CG_OK);
}

static void the_table_ends_somewhere(void **state)
{
	struct cg_fresh *f = *state;

	for (uint32_t i = 0; i < CG_FRESH_MAX; i++) {
		assert_int_equal(take(f, NOW, box_of(i, i, NOW)), CG_OK);
	}
	assert_int_equal(take(f, NOW, box_of(5000, 5000, NOW)), CG_E_LIMIT);
	assert_int_equal(take(f, NOW, box_of(0, 0, NOW)), CG_E_DENIED);
}

static enum cg_status import(struct session *s, const uint8_t *box,
			     size_t len)
{
	const struct cg_import_password_in in = {
		.uid = UID, .client = session_name("alice@EXAMPLE.TEST"),
		.sealed = { box, len } };
	struct cg_import_password_out out;

	return call_import_password(s, &in, &out);
}

static void a_kept_box_signs_nobody_in(void **state)
{
	static const int64_t ages[] = { -61, 10, -100000 };
	struct session *s = session_ready();
	struct seal_to to = { s->public_key, UID,
			      session_name("alice@EXAMPLE.TEST") };
	const struct cg_bytes text = { (const uint8_t *)"secret", 6 };
	uint8_t box[SEAL_MAX];
	size_t len = seal(&to, text, box);

	(void)state;
	assert_int_equal(import(s, box, len), CG_OK);
	assert_int_equal(import(s, box, len), CG_E_DENIED);
	for (size_t i = 0; i < sizeof(ages) / sizeof(ages[0]); i++) {
		len = seal_at(&to, ages[i], text, box);
		assert_int_equal(import(s, box, len), CG_E_DENIED);
	}
	assert_int_equal(s->vault.store.n_entries, 1);
	session_free(s);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_box_has_its_time),
		TEST(a_box_is_remembered_while_it_could_open),
		TEST(one_user_cannot_fill_the_table),
		TEST(the_table_ends_somewhere),
		cmocka_unit_test(a_kept_box_signs_nobody_in),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
