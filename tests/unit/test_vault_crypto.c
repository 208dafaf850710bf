/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Opening what was sealed to the vault, against a sender of the tests' own. */
#include "isolated-helper/vault/crypto.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cmocka.h>

#include "isolated-helper/vault/secret.h"
#include "tests/unit/seal.h"

#define UID 1000U

static const uint8_t name_bytes[] = "a name as on the wire";
static const struct cg_bytes name = { name_bytes, sizeof(name_bytes) };
static const uint8_t password_bytes[] = "correct horse";
static const struct cg_bytes password = { password_bytes, 13 };

struct fixture {
	struct cg_crypto *crypto;
	uint8_t key[CG_SEAL_PUBKEY_LEN];
	uint8_t box[SEAL_MAX];
	size_t len;
};

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	*state = f;
	if (cg_crypto_open(&f->crypto) != CG_OK) {
		return -1;
	}
	cg_crypto_public_key(f->crypto, f->key);
	f->len = seal(&(struct seal_to){ f->key, UID, name }, password,
		      f->box);
	return f->len == 0 ? -1 : 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	cg_crypto_close(f->crypto);
	free(f);
	return 0;
}

static enum cg_status expect(struct cg_secret_bytes lent, void *arg)
{
	const struct cg_bytes *want = arg;

	assert_int_equal(lent.len, want->len);
	assert_memory_equal(lent.data, want->data, want->len);
	return CG_OK;
}

static enum cg_status open_box(const struct fixture *f, uint32_t uid,
			       struct cg_bytes client, size_t len)
{
	struct cg_secret *s = (void *)(uintptr_t)f;
	uint64_t sealed_at = 1;
	enum cg_status st = cg_crypto_unseal(
		f->crypto, &(struct cg_crypto_box){
			uid, client, { f->box, len } }, &sealed_at, &s);

	if (st != CG_OK) {
		assert_null(s);
		assert_int_equal(sealed_at, 0);
	} else {
		assert_in_range((uint64_t)time(NULL) - sealed_at, 0, 5);
		struct cg_bytes want = password;

		assert_int_equal(cg_secret_with(s, expect, &want), CG_OK);
		cg_secret_forget(&s);
	}
	return st;
}

static enum cg_status unseal_to(const struct fixture *f, struct cg_bytes box,
				struct cg_secret **out)
{
	const struct cg_crypto_box in = { UID, name, box };
	uint64_t sealed_at;

	return cg_crypto_unseal(f->crypto, &in, &sealed_at, out);
}

static void what_was_sealed_to_this_vault_opens(void **state)
{
	const struct fixture *f = *state;

	assert_int_equal(open_box(f, UID, name, f->len), CG_OK);
}

static void the_longest_password_opens_and_one_byte_more_is_refused(
	void **state)
{
	struct fixture *f = *state;
	uint8_t text[CG_PASSWORD_MAX + 1];
	struct cg_bytes view = { text, CG_PASSWORD_MAX };
	struct seal_to to = { f->key, UID, name };
	struct cg_secret *s = NULL;
	struct cg_bytes box = { f->box, 0 };

	memset(text, 'x', sizeof(text));
	box.len = seal(&to, view, f->box);
	assert_int_equal(unseal_to(f, box, &s),
			 CG_OK);
	assert_int_equal(cg_secret_with(s, expect, &view), CG_OK);
	cg_secret_forget(&s);
	view.len++;
	box.len = seal(&to, view, f->box);
	assert_int_not_equal(box.len, 0);
	assert_int_equal(unseal_to(f, box, &s),
			 CG_E_INVALID);
	assert_null(s);
}

static void an_empty_password_is_refused(void **state)
{
	struct fixture *f = *state;
	struct seal_to to = { f->key, UID, name };

	f->len = seal(&to, (struct cg_bytes){ password_bytes, 0 }, f->box);
	assert_int_equal(f->len, CG_SEAL_OVERHEAD);
	assert_int_equal(open_box(f, UID, name, f->len), CG_E_INVALID);
}

static void every_altered_bit_is_noticed(void **state)
{
	struct fixture *f = *state;

	for (size_t bit = 0; bit < f->len * 8; bit++) {
		enum cg_status st;

		f->box[bit / 8] ^= (uint8_t)(1U << bit % 8);
		st = open_box(f, UID, name, f->len);
		f->box[bit / 8] ^= (uint8_t)(1U << bit % 8);
		/* RFC 7748 5: the top bit of a public key is ignored, but it
		 * is part of the info that the key is derived with. */
		assert_int_equal(st, CG_E_CRYPTO);
	}
	assert_int_equal(open_box(f, UID, name, f->len), CG_OK);
}

static void every_cut_is_noticed(void **state)
{
	const struct fixture *f = *state;

	for (size_t n = 0; n < f->len; n++) {
		assert_int_equal(open_box(f, UID, name, n),
				 n <= CG_SEAL_OVERHEAD ? CG_E_INVALID
						       : CG_E_CRYPTO);
	}
	assert_int_equal(open_box(f, UID, name, f->len + 1), CG_E_CRYPTO);
}

static void another_uid_or_name_does_not_open_it(void **state)
{
	const struct fixture *f = *state;
	struct cg_bytes other = name;

	assert_int_equal(open_box(f, UID + 1, name, f->len), CG_E_CRYPTO);
	assert_int_equal(open_box(f, 0, name, f->len), CG_E_CRYPTO);
	/* The uid ends where the name begins. */
	other.data++;
	other.len--;
	assert_int_equal(open_box(f, UID, other, f->len), CG_E_CRYPTO);
	other.len = 0;
	assert_int_equal(open_box(f, UID, other, f->len), CG_E_CRYPTO);
}

static void another_vault_cannot_open_it(void **state)
{
	struct fixture *f = *state;
	struct cg_crypto *first = f->crypto;
	uint8_t key[CG_SEAL_PUBKEY_LEN];

	assert_int_equal(cg_crypto_open(&f->crypto), CG_OK);
	cg_crypto_public_key(f->crypto, key);
	assert_memory_not_equal(key, f->key, sizeof(key));
	assert_int_equal(open_box(f, UID, name, f->len), CG_E_CRYPTO);
	cg_crypto_close(f->crypto);
	f->crypto = first;
}

/* The points of small order of curve25519: the shared secret would be 0,
 * whatever the vault's key is. */
static void a_sender_key_of_small_order_is_refused(void **state)
{
	static const uint8_t points[][CG_SEAL_PUBKEY_LEN] = {
		{ 0 },
		{ 1 },
		{ 0xe0, 0xeb, 0x7a, 0x7c, 0x3b, 0x41, 0xb8, 0xae, 0x16, 0x56,
		  0xe3, 0xfa, 0xf1, 0x9f, 0xc4, 0x6a, 0xda, 0x09, 0x8d, 0xeb,
		  0x9c, 0x32, 0xb1, 0xfd, 0x86, 0x62, 0x05, 0x16, 0x5f, 0x49,
		  0xb8, 0x00 },
		{ 0x5f, 0x9c, 0x95, 0xbc, 0xa3, 0x50, 0x8c, 0x24, 0xb1, 0xd0,
		  0xb1, 0x55, 0x9c, 0x83, 0xef, 0x5b, 0x04, 0x44, 0x5c, 0xc4,
		  0x58, 0x1c, 0x8e, 0x86, 0xd8, 0x22, 0x4e, 0xdd, 0xd0, 0x9f,
		  0x11, 0x57 },
		{ 0xec, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		  0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff, 0xff,
		  0xff, 0x7f },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(points) / sizeof(points[0]); i++) {
		memcpy(f->box, points[i], sizeof(points[i]));
		assert_int_equal(open_box(f, UID, name, f->len), CG_E_CRYPTO);
	}
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(what_was_sealed_to_this_vault_opens),
		TEST(the_longest_password_opens_and_one_byte_more_is_refused),
		TEST(an_empty_password_is_refused),
		TEST(every_altered_bit_is_noticed),
		TEST(every_cut_is_noticed),
		TEST(another_uid_or_name_does_not_open_it),
		TEST(another_vault_cannot_open_it),
		TEST(a_sender_key_of_small_order_is_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
