/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sealing against the vault's side, written here anew from the text of
 * idl/sealing.h: HKDF by plain HMAC (RFC 5869). */
#include "plugin/client/sealing.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>

#define KEY_LEN 32U

struct vault {
	EVP_PKEY *own;
	uint8_t public_key[CG_SEAL_PUBKEY_LEN];
};

static const uint8_t alice[] = "\0\0\0\1\0\0\0\1\0\0\0\1R\0\0\0\5alice";
static const struct cg_bytes alice_name = { alice, sizeof(alice) - 1 };
static const char typed[] = "correct horse";
static const struct cg_secret_bytes password = {
	(const uint8_t *)typed, sizeof(typed) - 1,
};

static int make_vault(void **state)
{
	static struct vault vault;
	size_t len = sizeof(vault.public_key);

	vault.own = EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
	assert_non_null(vault.own);
	assert_int_equal(EVP_PKEY_get_raw_public_key(
		vault.own, vault.public_key, &len), 1);
	*state = &vault;
	return 0;
}

static int end_vault(void **state)
{
	struct vault *vault = *state;

	EVP_PKEY_free(vault->own);
	return 0;
}

static void hmac(const uint8_t *key, size_t key_len, const uint8_t *data,
		 size_t len, uint8_t *out)
{
	unsigned int out_len = 0;

	assert_non_null(HMAC(EVP_sha256(), key, (int)key_len, data, len, out,
			     &out_len));
	assert_int_equal(out_len, KEY_LEN);
}

/* One block of HKDF is all that is needed. */
static void hkdf(const uint8_t *secret, const uint8_t *sender,
		 const uint8_t *own, uint8_t *out)
{
	static const uint8_t no_salt[KEY_LEN];
	uint8_t info[sizeof(CG_SEAL_INFO) - 1 + 64 + 1];
	uint8_t *at = info + sizeof(CG_SEAL_INFO) - 1;
	uint8_t prk[KEY_LEN];

	hmac(no_salt, sizeof(no_salt), secret, KEY_LEN, prk);
	memcpy(info, CG_SEAL_INFO, sizeof(CG_SEAL_INFO) - 1);
	memcpy(at, sender, 32);
	memcpy(at + 32, own, 32);
	at[64] = 1;
	hmac(prk, sizeof(prk), info, sizeof(info), out);
}

static void agree(const struct vault *vault, const uint8_t *sender,
		  uint8_t *out)
{
	EVP_PKEY *peer = EVP_PKEY_new_raw_public_key(EVP_PKEY_X25519, NULL,
						     sender, 32);
	EVP_PKEY_CTX *ctx = EVP_PKEY_CTX_new(vault->own, NULL);
	size_t len = KEY_LEN;

	assert_int_equal(EVP_PKEY_derive_init(ctx), 1);
	assert_int_equal(EVP_PKEY_derive_set_peer(ctx, peer), 1);
	assert_int_equal(EVP_PKEY_derive(ctx, out, &len), 1);
	EVP_PKEY_CTX_free(ctx);
	EVP_PKEY_free(peer);
}

/* The length of the text, or -1 when it does not open. */
static int open_sealed(const struct vault *vault, uint32_t uid,
		       struct cg_bytes client, struct cg_bytes sealed,
		       uint8_t *text)
{
	uint8_t shared[KEY_LEN], seal_key[KEY_LEN], tag[CG_SEAL_TAG_LEN];
	size_t text_len = sealed.len - CG_SEAL_OVERHEAD + CG_SEAL_TIME_LEN;
	uint8_t whole[CG_SEAL_TIME_LEN + CG_PASSWORD_MAX];
	uint64_t when;
	const uint8_t names[4] = {
		(uint8_t)uid, (uint8_t)(uid >> 8), (uint8_t)(uid >> 16),
		(uint8_t)(uid >> 24),
	};
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	int n, end, ok;

	agree(vault, sealed.data, shared);
	hkdf(shared, sealed.data, vault->public_key, seal_key);
	memcpy(tag, sealed.data + 44 + text_len, sizeof(tag));
	assert_int_equal(EVP_DecryptInit_ex(ctx, EVP_aes_256_gcm(), NULL,
					    seal_key, sealed.data + 32), 1);
	EVP_DecryptUpdate(ctx, NULL, &n, names, 4);
	EVP_DecryptUpdate(ctx, NULL, &n, client.data, (int)client.len);
	EVP_DecryptUpdate(ctx, whole, &n, sealed.data + 44, (int)text_len);
	EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_GCM_SET_TAG, 16, tag);
	ok = EVP_DecryptFinal_ex(ctx, whole + n, &end);
	EVP_CIPHER_CTX_free(ctx);
	if (ok != 1) {
		return -1;
	}
	memcpy(&when, whole, sizeof(when));
	assert_in_range((uint64_t)time(NULL) - when, 0, 5);
	memcpy(text, whole + CG_SEAL_TIME_LEN, (size_t)n - CG_SEAL_TIME_LEN);
	return n - (int)CG_SEAL_TIME_LEN;
}

static struct cg_bytes seal(const struct vault *vault, uint8_t *out)
{
	const struct cg_seal_to to = { vault->public_key, 1000, alice_name };
	size_t len = 0;

	assert_int_equal(cg_seal_password(&to, password, out, &len), CG_OK);
	assert_int_equal(len, password.len + CG_SEAL_OVERHEAD);
	return (struct cg_bytes){ out, len };
}

static void the_vault_opens_what_was_sealed(void **state)
{
	uint8_t sealed[CG_SEALED_PASSWORD_MAX], text[CG_PASSWORD_MAX];
	struct cg_bytes message = seal(*state, sealed);

	assert_int_equal(open_sealed(*state, 1000, alice_name, message, text),
			 password.len);
	assert_memory_equal(text, typed, password.len);
}

static void another_uid_or_principal_does_not_open(void **state)
{
	static const uint8_t bob[] = "\0\0\0\1\0\0\0\1\0\0\0\1R\0\0\0\3bob";
	uint8_t sealed[CG_SEALED_PASSWORD_MAX], text[CG_PASSWORD_MAX];
	struct cg_bytes message = seal(*state, sealed);

	assert_int_equal(open_sealed(*state, 1001, alice_name, message, text),
			 -1);
	assert_int_equal(open_sealed(*state, 1000, (struct cg_bytes){
		bob, sizeof(bob) - 1 }, message, text), -1);
}

static void another_vault_does_not_open(void **state)
{
	uint8_t sealed[CG_SEALED_PASSWORD_MAX], text[CG_PASSWORD_MAX];
	struct cg_bytes message = seal(*state, sealed);
	struct vault other = *(struct vault *)*state;
	size_t len = sizeof(other.public_key);

	other.own = EVP_PKEY_Q_keygen(NULL, NULL, "X25519");
	EVP_PKEY_get_raw_public_key(other.own, other.public_key, &len);
	assert_int_equal(open_sealed(&other, 1000, alice_name, message, text),
			 -1);
	EVP_PKEY_free(other.own);
}

static void a_change_of_any_byte_is_seen(void **state)
{
	uint8_t sealed[CG_SEALED_PASSWORD_MAX], text[CG_PASSWORD_MAX];
	struct cg_bytes message = seal(*state, sealed);

	for (size_t i = 0; i < message.len; i++) {
		/* X25519 ignores the highest bit of a public key, but the
		 * key derivation does not. */
		for (uint8_t bit = 1; bit != 0; bit = (uint8_t)(bit << 1)) {
			sealed[i] ^= bit;
			assert_int_equal(open_sealed(*state, 1000, alice_name,
						     message, text), -1);
			sealed[i] ^= bit;
		}
	}
}

static void two_sealings_of_one_password_differ_everywhere(void **state)
{
	uint8_t one[CG_SEALED_PASSWORD_MAX], two[CG_SEALED_PASSWORD_MAX];

	seal(*state, one);
	seal(*state, two);
	assert_memory_not_equal(one, two, 32);
	assert_memory_not_equal(one + 32, two + 32, 12);
	assert_memory_not_equal(one + 44, two + 44, password.len);
}

static void length_limits_hold(void **state)
{
	static const uint8_t longest[CG_PASSWORD_MAX + 1] = { 'a', 'b' };
	const struct vault *vault = *state;
	const struct cg_seal_to to = { vault->public_key, 1000, alice_name };
	uint8_t sealed[CG_SEALED_PASSWORD_MAX], text[CG_PASSWORD_MAX];
	size_t len = 99;

	assert_int_equal(cg_seal_password(&to, (struct cg_secret_bytes){
		longest, 0 }, sealed, &len), CG_E_INVALID);
	assert_int_equal(len, 0);
	assert_int_equal(cg_seal_password(&to, (struct cg_secret_bytes){
		longest, CG_PASSWORD_MAX + 1 }, sealed, &len), CG_E_INVALID);
	assert_int_equal(cg_seal_password(&to, (struct cg_secret_bytes){
		longest, CG_PASSWORD_MAX }, sealed, &len), CG_OK);
	assert_int_equal(open_sealed(vault, 1000, alice_name,
				     (struct cg_bytes){ sealed, len }, text),
			 CG_PASSWORD_MAX);
	assert_memory_equal(text, longest, CG_PASSWORD_MAX);
}

static void a_key_that_gives_no_secret_is_refused(void **state)
{
	static const uint8_t zero[CG_SEAL_PUBKEY_LEN];
	const struct cg_seal_to to = { zero, 1000, alice_name };
	uint8_t sealed[CG_SEALED_PASSWORD_MAX];
	size_t len = 99;

	(void)state;
	memset(sealed, 'x', sizeof(sealed));
	assert_int_equal(cg_seal_password(&to, password, sealed, &len),
			 CG_E_CRYPTO);
	assert_int_equal(len, 0);
	assert_null(memchr(sealed, 'x', sizeof(sealed)));
}

int main(void)
{
#define TEST(f) cmocka_unit_test(f)
	const struct CMUnitTest tests[] = {
		TEST(the_vault_opens_what_was_sealed),
		TEST(another_uid_or_principal_does_not_open),
		TEST(another_vault_does_not_open),
		TEST(a_change_of_any_byte_is_seen),
		TEST(two_sealings_of_one_password_differ_everywhere),
		TEST(length_limits_hold),
		TEST(a_key_that_gives_no_secret_is_refused),
	};

	return cmocka_run_group_tests(tests, make_vault, end_vault);
}
