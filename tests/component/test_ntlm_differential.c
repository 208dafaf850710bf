/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The vault's NTLMv2 against Samba's own functions (libcliauth, whose headers
 * are not installed): upper case of every character, and random answers. */
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <talloc.h>

#include <cmocka.h>

#include "isolated-helper/vault/crypto_ntlm.h"
#include "isolated-helper/vault/ntlm_answer.h"
#include "isolated-helper/vault/ntlm_message.h"
#include "isolated-helper/vault/upcase.h"

#define CASES 10000
#define NAME_MAX_CHARS 40
#define PROOF_LEN 16U

/* Samba's DATA_BLOB and NTTIME. */
struct blob {
	uint8_t *data;
	size_t length;
};

uint32_t toupper_m(uint32_t c);
/* user, domain, hash, server challenge, time, names; LM answer, NT answer, LM
 * key, session key. */
bool SMBNTLMv2encrypt_hash(TALLOC_CTX *mem_ctx, const char *user,
			   const char *domain, const uint8_t *nt_hash,
			   const struct blob *server_challenge,
			   const uint64_t *time, const struct blob *names,
			   struct blob *lm, struct blob *nt,
			   struct blob *lm_key, struct blob *session_key);

static uint64_t next(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static void fill(uint64_t *state, uint8_t *out, size_t len)
{
	for (size_t i = 0; i < len; i++) {
		out[i] = (uint8_t)(next(state) >> 24);
	}
}

static size_t put_utf8(uint8_t *out, uint32_t c)
{
	if (c < 0x80) {
		out[0] = (uint8_t)c;
		return 1;
	}
	if (c < 0x800) {
		out[0] = (uint8_t)(0xc0 | c >> 6);
		out[1] = (uint8_t)(0x80 | (c & 0x3f));
		return 2;
	}
	if (c < 0x10000) {
		out[0] = (uint8_t)(0xe0 | c >> 12);
		out[1] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
		out[2] = (uint8_t)(0x80 | (c & 0x3f));
		return 3;
	}
	out[0] = (uint8_t)(0xf0 | c >> 18);
	out[1] = (uint8_t)(0x80 | (c >> 12 & 0x3f));
	out[2] = (uint8_t)(0x80 | (c >> 6 & 0x3f));
	out[3] = (uint8_t)(0x80 | (c & 0x3f));
	return 4;
}

/* Half of the names are ASCII, the others anything that has a form. */
static uint32_t any_char(uint64_t *state, bool is_ascii)
{
	for (;;) {
		uint32_t c = (uint32_t)(next(state) >> 20);

		c = is_ascii ? 0x21 + c % 0x5e
			     : c % 8 == 0 ? 0x10000 + c % 0x100000
					  : c % 0x10000;
		if (c != 0 && (c < 0xd800 || c > 0xdfff) && c < 0xfffe) {
			return c;
		}
	}
}

static size_t any_name(uint64_t *state, char *out)
{
	bool is_ascii = next(state) >> 32 & 1;
	size_t n = 1 + (next(state) >> 16) % (NAME_MAX_CHARS - 1);
	uint8_t *bytes = (uint8_t *)out;
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		len += put_utf8(bytes + len, any_char(state, is_ascii));
	}
	out[len] = '\0';
	return len;
}

static void every_character_has_samba_s_upper_case(void **state)
{
	unsigned int n = 0;

	(void)state;
	for (uint32_t c = 0; c < 0x10000; c++) {
		if (cg_upcase((uint16_t)c) != toupper_m(c)) {
			fail_msg("U+%04x: %04x, Samba %04x", c,
				 cg_upcase((uint16_t)c), toupper_m(c));
		}
		n += toupper_m(c) != c;
	}
	/* The table is there, and beyond it nothing has a case. */
	assert_true(n > 600);
	for (uint32_t c = 0x10000; c < 0x110000; c++) {
		assert_int_equal(toupper_m(c), c);
	}
}

static void one_case(const struct cg_crypto_ntlm *crypto, uint64_t *random)
{
	char user[4 * NAME_MAX_CHARS + 1];
	char domain[4 * NAME_MAX_CHARS + 1];
	uint8_t hash[16];
	uint8_t challenge[8];
	uint8_t names[600];
	const struct blob server = { challenge, sizeof(challenge) };
	const struct blob pairs = { names, 4 + next(random) % 590 };
	const uint64_t time = next(random);
	struct cg_ntlm_input in = { .crypto = crypto,
				    .server_challenge = challenge };
	TALLOC_CTX *top = talloc_new(NULL);
	struct blob nt = { 0 };
	struct blob key = { 0 };
	uint8_t proof[16];
	uint8_t base_key[16];

	in.names.user = (struct cg_bytes){ (uint8_t *)user,
					   any_name(random, user) };
	in.names.domain = (struct cg_bytes){ (uint8_t *)domain,
					     any_name(random, domain) };
	fill(random, hash, sizeof(hash));
	fill(random, challenge, sizeof(challenge));
	fill(random, names, sizeof(names));
	assert_true(SMBNTLMv2encrypt_hash(top, user, domain, hash, &server,
					  &time, &pairs, NULL, &nt, NULL,
					  &key));
	assert_true(nt.length > PROOF_LEN && key.length == 16);
	in.blob = (struct cg_bytes){ nt.data + PROOF_LEN,
				     nt.length - PROOF_LEN };
	assert_int_equal(cg_ntlm_answer_prove(
		&in, (struct cg_secret_bytes){ hash, sizeof(hash) }, proof,
		base_key), CG_OK);
	if (memcmp(proof, nt.data, 16) != 0 ||
	    memcmp(base_key, key.data, 16) != 0) {
		fail_msg("user %s, domain %s", user, domain);
	}
	talloc_free(top);
}

static void random_answers_are_those_of_samba(void **state)
{
	uint64_t random = 0x9e3779b97f4a7c15ULL;
	struct cg_crypto_ntlm *crypto;

	(void)state;
	assert_int_equal(cg_crypto_ntlm_open(&crypto), CG_OK);
	for (unsigned int i = 0; i < CASES; i++) {
		one_case(crypto, &random);
	}
	cg_crypto_ntlm_close(crypto);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_character_has_samba_s_upper_case),
		cmocka_unit_test(random_answers_are_those_of_samba),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
