/* SPDX-License-Identifier: GPL-3.0-or-later */
/* So many a minute, each uid for itself. */
#include "isolated-helper/broker/rate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#define ALICE 1000
#define BOB 1001
#define PER_MINUTE 6U		/* one in ten seconds */

static int set_up(void **state)
{
	*state = cg_rate_open(NULL, PER_MINUTE);
	return 0;
}

static int tear_down(void **state)
{
	talloc_free(*state);
	return 0;
}

static unsigned int taken(struct cg_rate *rate, uid_t uid, uint64_t now_ms)
{
	unsigned int n = 0;

	while (cg_rate_take(rate, uid, now_ms)) {
		n++;
	}
	return n;
}

static void a_uid_may_use_up_its_minute_at_once(void **state)
{
	assert_int_equal(taken(*state, ALICE, 5000), PER_MINUTE);
	assert_false(cg_rate_take(*state, ALICE, 5000));
}

static void no_uid_takes_another_s(void **state)
{
	assert_int_equal(taken(*state, ALICE, 0), PER_MINUTE);
	assert_int_equal(taken(*state, BOB, 0), PER_MINUTE);
	assert_int_equal(taken(*state, ALICE, 10000), 1);
	assert_int_equal(taken(*state, BOB, 20000), 2);
}

static void time_brings_them_back_one_by_one(void **state)
{
	assert_int_equal(taken(*state, ALICE, 0), PER_MINUTE);
	assert_int_equal(taken(*state, ALICE, 9999), 0);
	assert_int_equal(taken(*state, ALICE, 10000), 1);
	assert_int_equal(taken(*state, ALICE, 10001), 0);
	assert_int_equal(taken(*state, ALICE, 39999), 2);
	assert_int_equal(taken(*state, ALICE, 40000), 1);
}

static void there_are_never_more_than_a_minute_s(void **state)
{
	assert_true(cg_rate_take(*state, ALICE, 0));
	assert_int_equal(taken(*state, ALICE, UINT64_MAX / 2), PER_MINUTE);
}

static void who_has_not_asked_for_a_minute_takes_no_memory(void **state)
{
	size_t before = talloc_total_blocks(*state);

	for (uid_t uid = 1; uid <= 1000; uid++) {
		assert_true(cg_rate_take(*state, uid, 0));
	}
	assert_true(talloc_total_blocks(*state) >= before + 1000);
	assert_true(cg_rate_take(*state, ALICE, 60000));
	assert_int_equal(talloc_total_blocks(*state), before + 1);
}

#define T(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(a_uid_may_use_up_its_minute_at_once),
		T(no_uid_takes_another_s),
		T(time_brings_them_back_one_by_one),
		T(there_are_never_more_than_a_minute_s),
		T(who_has_not_asked_for_a_minute_takes_no_memory),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
