/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A KDC that asks for a key of very many rounds would stall the vault; one of
 * Active Directory says why it refuses. */
#include "isolated-helper/vault/krb5_as_reply.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "tests/unit/lying_kdc.h"

krb5_error_code encode_krb5_error(const krb5_error *in, krb5_data **out);
krb5_error_code encode_krb5_as_rep(const krb5_kdc_rep *in, krb5_data **out);

/* ETYPE-INFO2 with one entry: etype 18, s2kparams of four bytes at the end. */
static const uint8_t info2[] = {
	0x30, 0x0f, 0x30, 0x0d, 0xa0, 0x03, 0x02, 0x01, 0x12,
	0xa2, 0x06, 0x04, 0x04, 0, 0, 0, 0,
};

static void put_rounds(uint8_t *end, uint32_t rounds)
{
	for (int i = 1; i <= 4; i++) {
		end[-i] = (uint8_t)rounds;
		rounds >>= 8;
	}
}

/* METHOD-DATA (first = 0xa1) or TYPED-DATA (0xa0) with that ETYPE-INFO2. */
static size_t make_list(uint8_t first, uint32_t rounds, uint8_t *out)
{
	const uint8_t head[] = {
		0x30, 0x1c, 0x30, 0x1a, first, 0x03, 0x02, 0x01, 0x13,
		(uint8_t)(first + 1), 0x13, 0x04, 0x11,
	};

	memcpy(out, head, sizeof(head));
	memcpy(out + sizeof(head), info2, sizeof(info2));
	put_rounds(out + sizeof(head) + sizeof(info2), rounds);
	return sizeof(head) + sizeof(info2);
}

static bool error_is_modest(uint8_t first, uint32_t rounds)
{
	uint8_t list[64];
	krb5_context ctx = NULL;
	krb5_error error = { .error = 25 };
	krb5_data *raw = NULL;
	bool ok;

	assert_int_equal(krb5_init_context(&ctx), 0);
	assert_int_equal(krb5_parse_name(ctx, "krbtgt/R@R", &error.server), 0);
	error.e_data.data = (char *)list;
	error.e_data.length = (unsigned int)make_list(first, rounds, list);
	assert_int_equal(encode_krb5_error(&error, &raw), 0);
	ok = cg_as_reply_is_modest(ctx, raw);
	krb5_free_data(ctx, raw);
	krb5_free_principal(ctx, error.server);
	krb5_free_context(ctx);
	return ok;
}

static bool reply_is_modest(uint32_t rounds)
{
	uint8_t info[sizeof(info2)];
	krb5_pa_data pa = { .pa_type = KRB5_PADATA_ETYPE_INFO2,
			    .length = sizeof(info), .contents = info };
	krb5_pa_data *list[] = { &pa, NULL };
	krb5_ticket ticket = { .enc_part.enctype = 18 };
	krb5_kdc_rep rep = { .msg_type = KRB5_AS_REP, .padata = list,
			     .ticket = &ticket, .enc_part.enctype = 18 };
	krb5_context ctx = NULL;
	krb5_data *raw = NULL;
	bool ok;

	memcpy(info, info2, sizeof(info));
	put_rounds(info + sizeof(info), rounds);
	assert_int_equal(krb5_init_context(&ctx), 0);
	assert_int_equal(krb5_parse_name(ctx, "alice@R", &rep.client), 0);
	assert_int_equal(krb5_parse_name(ctx, "krbtgt/R@R", &ticket.server),
			 0);
	assert_int_equal(encode_krb5_as_rep(&rep, &raw), 0);
	ok = cg_as_reply_is_modest(ctx, raw);
	krb5_free_data(ctx, raw);
	krb5_free_principal(ctx, rep.client);
	krb5_free_principal(ctx, ticket.server);
	krb5_free_context(ctx);
	return ok;
}

static void the_rounds_of_known_kdcs_pass(void **state)
{
	(void)state;
	assert_true(error_is_modest(0xa1, 4096));
	assert_true(error_is_modest(0xa1, 32768));
	assert_true(error_is_modest(0xa1, CG_ROUNDS_MAX));
	assert_true(error_is_modest(0xa0, 4096));
	assert_true(reply_is_modest(4096));
}

static void more_rounds_are_refused_wherever_they_stand(void **state)
{
	const uint32_t many[] = { CG_ROUNDS_MAX + 1, 0x00ffffff, 0xffffffff,
				  0 };

	(void)state;
	for (size_t i = 0; i < sizeof(many) / sizeof(many[0]); i++) {
		assert_false(error_is_modest(0xa1, many[i]));
		assert_false(error_is_modest(0xa0, many[i]));
		assert_false(reply_is_modest(many[i]));
	}
}

static void what_is_no_reply_is_left_to_libkrb5(void **state)
{
	krb5_data raw = { KV5M_DATA, 4, (char[]){ 0x7e, 2, 5, 0 } };
	krb5_context ctx = NULL;

	(void)state;
	assert_int_equal(krb5_init_context(&ctx), 0);
	assert_true(cg_as_reply_is_modest(ctx, &raw));
	krb5_free_context(ctx);
}

/* A KRB-ERROR with this e-data. */
static uint32_t status_in(const uint8_t *e_data, size_t len)
{
	krb5_data data = { 0, (unsigned int)len, (char *)(uintptr_t)e_data };
	struct lying_kdc *kdc = lying_kdc_open();
	struct cg_bytes reply = lying_kdc_error(kdc, 18, &data);
	krb5_data raw = { 0, (unsigned int)reply.len,
			  (char *)(uintptr_t)reply.data };
	uint32_t status = cg_as_reply_nt_status(kdc->ctx, &raw);

	lying_kdc_close(kdc);
	return status;
}

static void the_reason_of_active_directory_is_read(void **state)
{
	/* [MS-KILE] 2.2.2: data-type 3 with 0xc0000072; then METHOD-DATA. */
	uint8_t data[] = { 0x30, 0x15, 0xa1, 3, 2, 1, 3, 0xa2, 14, 4, 12,
			   0x72, 0, 0, 0xc0, 0, 0, 0, 0, 1, 0, 0, 0 };
	uint8_t list[] = { 0x30, 23, 0x30, 21, 0xa1, 3, 2, 1, 3, 0xa2, 14, 4,
			   12, 0x34, 2, 0, 0xc0, 0, 0, 0, 0, 1, 0, 0, 0 };

	(void)state;
	assert_int_equal(status_in(data, sizeof(data)), 0xc0000072U);
	assert_int_equal(status_in(list, sizeof(list)), 0xc0000234U);
	for (size_t n = 0; n < sizeof(data); n++) {
		assert_int_equal(status_in(data, n), 0);
	}
	for (size_t n = 0; n < sizeof(list); n++) {
		assert_int_equal(status_in(list, n), 0);
	}
	/* No error, another data-type, another padata. */
	data[14] = 0x40;
	assert_int_equal(status_in(data, sizeof(data)), 0);
	data[14] = 0xc0;
	data[6] = 1;
	assert_int_equal(status_in(data, sizeof(data)), 0);
	list[8] = 19;
	assert_int_equal(status_in(list, sizeof(list)), 0);
	assert_int_equal(status_in(NULL, 0), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_rounds_of_known_kdcs_pass),
		cmocka_unit_test(more_rounds_are_refused_wherever_they_stand),
		cmocka_unit_test(what_is_no_reply_is_left_to_libkrb5),
		cmocka_unit_test(the_reason_of_active_directory_is_read),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
