/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What becomes of a typed password: other words for the same computation. */
#include "plugin/client/kdf.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "idl/cg_idl.h"
#include "idl/sealing.h"

static const uint8_t password[] = "correct horse";
static const struct cg_secret_bytes typed = { password,
					      sizeof(password) - 1 };
static const uint8_t salt[CG_SALT_LEN] = "0123456789abcdef0123456789abcde";

static struct cg_bytes text(const char *t)
{
	return (struct cg_bytes){ (const uint8_t *)t, strlen(t) };
}

static struct cg_kdf_params usual(void)
{
	return (struct cg_kdf_params){
		14, 8, 1, { salt, sizeof(salt) }, text("S-1-5-21-1"),
		text("EXAMPLE"),
	};
}

/* By the older interface of OpenSSL. */
static void a_proof_is_scrypt_over_salt_sid_and_domain(void **state)
{
	const struct cg_kdf_params params = usual();
	uint8_t whole[CG_SALT_LEN + 18];
	uint8_t want[CG_PROOF_LEN];
	uint8_t got[CG_PROOF_LEN];

	(void)state;
	memcpy(whole, salt, sizeof(salt));
	memcpy(whole + sizeof(salt), "S-1-5-21-1\0EXAMPLE", 18);
	assert_int_equal(EVP_PBE_scrypt((const char *)password,
					sizeof(password) - 1, whole,
					sizeof(whole), 1 << 14, 8, 1, 0, want,
					sizeof(want)), 1);
	assert_int_equal(cg_kdf_proof(&params, typed, got), CG_OK);
	assert_memory_equal(got, want, sizeof(want));
}

/* RFC 5869 with one block of output, by HMAC. */
static void a_mark_is_hkdf(void **state)
{
	static const uint8_t no_salt[32] = { 0 };
	uint8_t info[] = "credguard typed 1\1";
	uint8_t prk[32];
	uint8_t want[32];
	uint8_t got[CG_MARK_LEN];

	(void)state;
	assert_non_null(HMAC(EVP_sha256(), no_salt, sizeof(no_salt), password,
			     sizeof(password) - 1, prk, NULL));
	assert_non_null(HMAC(EVP_sha256(), prk, sizeof(prk), info,
			     sizeof(info) - 1, want, NULL));
	assert_int_equal(cg_kdf_mark(typed, got), CG_OK);
	assert_memory_equal(got, want, sizeof(want));
}

static void everything_that_goes_in_matters(void **state)
{
	struct cg_kdf_params params[] = { usual(), usual(), usual(), usual(),
					  usual(), usual(), usual() };
	static const uint8_t other[CG_SALT_LEN] = "x";
	uint8_t got[7][CG_PROOF_LEN];
	const size_t n = 7;

	(void)state;
	params[1].log_n++;
	params[2].r++;
	params[3].p++;
	params[4].salt.data = other;
	params[5].sid = text("S-1-5-21-2");
	/* The 0 byte between the two. */
	params[6].sid = text("S-1-5-21-1E");
	params[6].domain = text("XAMPLE");
	for (size_t i = 0; i < n; i++) {
		assert_int_equal(cg_kdf_proof(&params[i], typed, got[i]),
				 CG_OK);
		for (size_t j = 0; j < i; j++) {
			assert_memory_not_equal(got[i], got[j],
						CG_PROOF_LEN);
		}
	}
}

static void parameters_out_of_bounds_are_refused(void **state)
{
	struct cg_kdf_params bad[] = {
		usual(), usual(), usual(), usual(), usual(), usual(), usual(),
		usual(), usual(), usual(),
	};
	const struct cg_kdf_params good = usual();
	uint8_t out[CG_PROOF_LEN];

	(void)state;
	bad[0].log_n = 13;
	bad[1].log_n = 21;
	bad[2].log_n = 20;	/* with r = 16 it would take 2 GiB */
	bad[2].r = 16;
	bad[3].r = 0;
	bad[4].r = 33;
	bad[5].p = 0;
	bad[6].p = 17;
	bad[7].salt.len--;
	bad[8].sid.len = 0;
	bad[9].domain.len = 0;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(cg_kdf_proof(&bad[i], typed, out),
				 CG_E_INVALID);
	}
	assert_int_equal(cg_kdf_proof(&good, (struct cg_secret_bytes){
		password, 0 }, out), CG_E_INVALID);
	assert_int_equal(cg_kdf_mark((struct cg_secret_bytes){
		password, 0 }, out), CG_E_INVALID);
}

static uint64_t now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * 1000 + (uint64_t)ts.tv_nsec / 1000000;
}

/* Not a promise of this machine: the figure is for the reader. */
static void the_default_takes_a_while(void **state)
{
	struct cg_kdf_params params = usual();
	uint8_t out[CG_PROOF_LEN];
	uint64_t begun = now_ms();

	(void)state;
	params.log_n = 16;
	assert_int_equal(cg_kdf_proof(&params, typed, out), CG_OK);
	print_message("64 MiB: %llu ms\n",
		      (unsigned long long)(now_ms() - begun));
	assert_true(now_ms() - begun > 10);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_proof_is_scrypt_over_salt_sid_and_domain),
		cmocka_unit_test(a_mark_is_hkdf),
		cmocka_unit_test(everything_that_goes_in_matters),
		cmocka_unit_test(parameters_out_of_bounds_are_refused),
		cmocka_unit_test(the_default_takes_a_while),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
