/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How long a TGT may live, whatever a KDC or a program says. */
#include "isolated-helper/vault/life.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>

#include <cmocka.h>

#include "isolated-helper/vault/vault.h"

#define DAY_S 86400U

static void the_lesser_of_wish_and_limit_is_asked_for(void **state)
{
	(void)state;
	assert_int_equal(cg_life_ask(0, 0), 0);
	assert_int_equal(cg_life_ask(60, 0), 60);
	assert_int_equal(cg_life_ask(0, 600), 600);
	assert_int_equal(cg_life_ask(60, 600), 60);
	assert_int_equal(cg_life_ask(6000, 600), 600);
}

static void what_lasts_longer_ends_earlier_here(void **state)
{
	struct cg_vault *v = calloc(1, sizeof(*v));
	uint64_t now = cg_vault_now();
	struct cg_entry tgt = {
		.authtime = now - 60, .starttime = now - 30,
		.endtime = now + DAY_S, .renew_till = now + 7 * DAY_S,
	};
	struct cg_entry later = {
		.authtime = now + DAY_S, .starttime = now + DAY_S,
		.endtime = now + 2 * DAY_S, .renew_till = now + 9 * DAY_S,
	};
	struct cg_entry once = tgt;

	(void)state;
	assert_non_null(v);
	cg_life_limit(v, &once);
	assert_int_equal(once.endtime, tgt.endtime);
	assert_int_equal(once.renew_till, tgt.renew_till);
	v->ticket_lifetime_s = 600;
	v->renew_lifetime_s = 1200;
	cg_life_limit(v, &once);
	assert_int_equal(once.endtime, now - 30 + 600);
	assert_int_equal(once.renew_till, now - 60 + 1200);
	tgt.endtime = now + 10;
	tgt.renew_till = 0;
	cg_life_limit(v, &tgt);
	assert_int_equal(tgt.endtime, now + 10);
	assert_int_equal(tgt.renew_till, 0);
	/* A start that a program made up gains it nothing. */
	cg_life_limit(v, &later);
	assert_in_range(later.endtime, now + 600, now + 630);
	assert_in_range(later.renew_till, now + 1200, now + 1230);
	free(v);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_lesser_of_wish_and_limit_is_asked_for),
		cmocka_unit_test(what_lasts_longer_ends_earlier_here),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
