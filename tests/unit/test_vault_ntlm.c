/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NTLMv2 in the vault: the published values, what is refused, and what an
 * answer is made of. Samba's own functions judge it in tests/component, its
 * servers in tests/lab. */
#include "tests/unit/vault_session.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "idl/limits.h"
#include "isolated-helper/vault/crypto_ntlm.h"
#include "isolated-helper/vault/krb5_nt_hash.h"
#include "isolated-helper/vault/ntlm.h"
#include "isolated-helper/vault/ntlm_rc4.h"
#include "isolated-helper/vault/ntlm_seen.h"
#include "isolated-helper/vault/secret.h"
#include "tests/unit/lying_kdc.h"
#include "tests/unit/ntlm_messages.h"

#define UID 1000U
#define TARGET "cifs/fs1.example.test"
#define KEY_EXCH 0x40000000U
#define AV_MAX 16

struct fixture {
	struct session *s;
	struct lying_kdc *kdc;
	struct cg_handle tgt;
	struct ntlm_challenge c;	/* to be changed by the test */
	uint32_t negotiate_flags;
	const char *target;
	struct cg_bytes bindings;
	uint8_t negotiate[64];
	size_t negotiate_len;
	uint8_t challenge[9000];
	size_t challenge_len;
	struct cg_make_ntlm_response_out out;
	struct cg_make_ntlm_authenticate_out whole;
};

static enum cg_status copy_hash(struct cg_secret_bytes lent, void *arg)
{
	memcpy(arg, lent.data, lent.len);
	return CG_OK;
}

static void give_hash(struct fixture *f, const char *password)
{
	struct cg_entry *e = cg_store_find(&f->s->vault.store, UID, f->tgt);
	const struct cg_secret_bytes text = { (const uint8_t *)password,
					      strlen(password) };

	cg_secret_forget(&e->nt_hash);
	assert_int_equal(cg_nt_hash_make(f->s->vault.krb5, text, &e->nt_hash),
			 CG_OK);
}

static int setup(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	*state = f;
	f->s = session_ready();
	f->kdc = lying_kdc_open();
	f->tgt = lying_kdc_import(f->kdc, f->s, UID, "alice@EXAMPLE.TEST",
				  "krbtgt/EXAMPLE.TEST@EXAMPLE.TEST");
	give_hash(f, "Password");
	f->negotiate_flags = NTLM_FLAGS;
	f->target = TARGET;
	f->c = (struct ntlm_challenge){
		.flags = NTLM_FLAGS,
		.server_challenge = { 1, 2, 3, 4, 5, 6, 7, 8 },
		.filetime = ntlm_filetime_now(),
	};
	return 0;
}

static int teardown(void **state)
{
	struct fixture *f = *state;

	session_free(f->s);
	lying_kdc_close(f->kdc);
	free(f);
	return 0;
}

static enum cg_status send_response(struct fixture *f)
{
	const struct cg_make_ntlm_response_in in = {
		.uid = UID,
		.tgt = f->tgt,
		.negotiate = { f->negotiate, f->negotiate_len },
		.challenge = { f->challenge, f->challenge_len },
		.target = { (const uint8_t *)f->target, strlen(f->target) },
		.channel_bindings = f->bindings,
	};

	return call_make_ntlm_response(f->s, &in, &f->out);
}

static void build(struct fixture *f)
{
	f->negotiate_len = ntlm_negotiate(f->negotiate_flags, f->negotiate);
	f->challenge_len = ntlm_challenge(&f->c, f->challenge);
}

/* Asks, each time with another server challenge. */
static enum cg_status ask(struct fixture *f)
{
	f->c.server_challenge[7]++;
	build(f);
	return send_response(f);
}

static enum cg_status ask_whole(struct fixture *f)
{
	struct cg_make_ntlm_authenticate_in in = { .uid = UID,
						   .tgt = f->tgt };

	f->c.server_challenge[7]++;
	build(f);
	in.negotiate = (struct cg_bytes){ f->negotiate, f->negotiate_len };
	in.challenge = (struct cg_bytes){ f->challenge, f->challenge_len };
	return call_make_ntlm_authenticate(f->s, &in, &f->whole);
}

static void hmac(const uint8_t *key, struct cg_bytes a, struct cg_bytes b,
		 uint8_t out[16])
{
	uint8_t *both = malloc(a.len + b.len + 1);
	unsigned int len = 16;

	assert_non_null(both);
	memcpy(both, a.data, a.len);
	memcpy(both + a.len, b.data, b.len);
	assert_non_null(HMAC(EVP_md5(), key, 16, both, a.len + b.len, out,
			     &len));
	free(both);
}

/* [MS-NLMP] 4.2.1 and 4.2.4 */
static const uint8_t published_challenge[8] = {
	0x01, 0x23, 0x45, 0x67, 0x89, 0xab, 0xcd, 0xef };
static const uint8_t published_blob[] = {
	1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0,
	0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0xaa, 0, 0, 0, 0,
	2, 0, 12, 0, 'D', 0, 'o', 0, 'm', 0, 'a', 0, 'i', 0, 'n', 0,
	1, 0, 12, 0, 'S', 0, 'e', 0, 'r', 0, 'v', 0, 'e', 0, 'r', 0,
	0, 0, 0, 0, 0, 0, 0, 0 };
static const uint8_t published_ntowf[16] = {
	0x0c, 0x86, 0x8a, 0x40, 0x3b, 0xfd, 0x7a, 0x93,
	0xa3, 0x00, 0x1e, 0xf2, 0x2e, 0xf0, 0x2e, 0x3f };
static const uint8_t published_proof[16] = {
	0x68, 0xcd, 0x0a, 0xb8, 0x51, 0xe5, 0x1c, 0x96,
	0xaa, 0xbc, 0x92, 0x7b, 0xeb, 0xef, 0x6a, 0x1c };
static const uint8_t published_base_key[16] = {
	0x8d, 0xe4, 0x0c, 0xca, 0xdb, 0xc1, 0x4a, 0x82,
	0xf1, 0x5c, 0xb0, 0xad, 0x0d, 0xe9, 0x5c, 0xa3 };
static const uint8_t published_encrypted[16] = {
	0xc5, 0xda, 0xd2, 0x54, 0x4f, 0xc9, 0x79, 0x90,
	0x94, 0xce, 0x1c, 0xe9, 0x0b, 0xc9, 0xd0, 0x3e };

#define TEXT(t) { (const uint8_t *)(t), sizeof(t) - 1 }

static void the_published_values_come_out(void **state)
{
	struct fixture *f = *state;
	const struct cg_ntlm_input in = {
		.crypto = f->s->vault.crypto_ntlm,
		.names = { TEXT("User"), TEXT("Domain") },
		.server_challenge = published_challenge,
		.blob = { published_blob, sizeof(published_blob) },
	};
	const struct cg_entry *e = cg_store_find(&f->s->vault.store, UID,
						 f->tgt);
	uint8_t hash[16];
	uint8_t key[16];
	uint8_t proof[16];
	uint8_t base_key[16];
	const struct cg_secret_bytes lent = { hash, sizeof(hash) };

	assert_int_equal(cg_secret_with(e->nt_hash, copy_hash, hash), CG_OK);
	assert_int_equal(cg_ntlm_answer_key(&in, lent, key), CG_OK);
	assert_memory_equal(key, published_ntowf, 16);
	assert_int_equal(cg_ntlm_answer_prove(&in, lent, proof, base_key),
			 CG_OK);
	assert_memory_equal(proof, published_proof, 16);
	assert_memory_equal(base_key, published_base_key, 16);
}

static void the_published_session_key_is_encrypted(void **state)
{
	uint8_t random[16];
	uint8_t encrypted[16];

	(void)state;
	memset(random, 0x55, sizeof(random));
	cg_ntlm_rc4(published_base_key, random, encrypted);
	assert_memory_equal(encrypted, published_encrypted, 16);
	cg_ntlm_rc4(published_base_key, encrypted, encrypted);
	assert_memory_equal(encrypted, random, 16);
}

static void assert_pair(struct cg_bytes response, unsigned int id,
			struct cg_bytes want)
{
	unsigned int n;
	struct cg_bytes got = ntlm_pair_of(response, id, &n);

	assert_int_equal(n, 1);
	assert_int_equal(got.len, want.len);
	assert_memory_equal(got.data, want.data, want.len);
}

static void an_answer_has_what_the_specification_asks_for(void **state)
{
	struct fixture *f = *state;
	const uint8_t mic[4] = { 2, 0, 0, 0 };
	const uint8_t zeros[16] = { 0 };
	const uint8_t *blob;

	assert_int_equal(ask(f), CG_OK);
	assert_int_equal(f->out.user.len, 5);
	assert_memory_equal(f->out.user.data, "alice", 5);
	assert_int_equal(f->out.domain.len, 12);
	assert_memory_equal(f->out.domain.data, "EXAMPLE.TEST", 12);
	assert_int_equal(f->out.session_base_key.len, 16);
	assert_pair(f->out.response, 6, (struct cg_bytes){ mic, 4 });
	assert_pair(f->out.response, 9, ntlm_text(TARGET));
	assert_pair(f->out.response, 10, (struct cg_bytes){ zeros, 16 });
	assert_pair(f->out.response, 1, ntlm_text("FS1"));
	assert_pair(f->out.response, 3, ntlm_text("fs1.example.test"));
	blob = f->out.response.data + 16;
	assert_memory_equal(blob, "\1\1\0\0\0\0\0\0", 8);
	assert_memory_equal(blob + 8, f->challenge + f->challenge_len - 12, 8);
}

/* alice's ResponseKeyNT. */
static void response_key(const struct fixture *f, uint8_t key[16])
{
	const struct cg_ntlm_input in = {
		.crypto = f->s->vault.crypto_ntlm,
		.names = { TEXT("alice"), TEXT("EXAMPLE.TEST") },
	};
	const struct cg_entry *e = cg_store_find(&f->s->vault.store, UID,
						 f->tgt);
	uint8_t hash[16];

	assert_int_equal(cg_secret_with(e->nt_hash, copy_hash, hash), CG_OK);
	assert_int_equal(cg_ntlm_answer_key(
		&in, (struct cg_secret_bytes){ hash, 16 }, key), CG_OK);
}

static void an_answer_proves_all_that_is_in_it(void **state)
{
	struct fixture *f = *state;
	uint8_t key[16];
	uint8_t code[16];

	response_key(f, key);
	assert_int_equal(ask(f), CG_OK);
	hmac(key, (struct cg_bytes){ f->c.server_challenge, 8 },
	     (struct cg_bytes){ f->out.response.data + 16,
				f->out.response.len - 16 }, code);
	assert_memory_equal(code, f->out.response.data, 16);
	hmac(key, (struct cg_bytes){ code, 16 }, (struct cg_bytes)TEXT(""),
	     code);
	assert_memory_equal(code, f->out.session_base_key.data, 16);
}

static void two_answers_have_nothing_random_in_common(void **state)
{
	struct fixture *f = *state;
	uint8_t first[8];

	assert_int_equal(ask(f), CG_OK);
	memcpy(first, f->out.response.data + 16 + 16, sizeof(first));
	assert_int_equal(ask(f), CG_OK);
	assert_memory_not_equal(first, f->out.response.data + 32, 8);
}

static void channel_bindings_are_passed_on_and_none_is_not_zero(void **state)
{
	struct fixture *f = *state;
	uint8_t hash[16] = { 0 };

	f->bindings = (struct cg_bytes){ hash, sizeof(hash) };
	assert_int_equal(ask(f), CG_E_INVALID);
	hash[15] = 1;
	assert_int_equal(ask(f), CG_OK);
	assert_pair(f->out.response, 10, f->bindings);
	for (f->bindings.len = 1; f->bindings.len < 16; f->bindings.len++) {
		assert_int_equal(ask(f), CG_E_INVALID);
	}
}

/* What the server said of itself is kept. */
static void a_rule_refuses_or_asks_for_a_channel(void **state)
{
	static const uint8_t hash[16] = { 1 };
	uint8_t rule[] = "\2\0\0\0\0\1a\0\0\0\0\0\0\0\0\0\0\0\6*/fs1.";
	struct fixture *f = *state;

	f->s->vault.policy = (struct cg_bytes){ rule, sizeof(rule) - 1 };
	assert_int_equal(ask(f), CG_OK);
	rule[sizeof(rule) - 2] = '*';
	assert_int_equal(ask(f), CG_E_DENIED);
	rule[1] = 9;	/* allowed, with channel binding */
	assert_int_equal(ask(f), CG_E_DENIED);
	f->bindings = (struct cg_bytes){ hash, sizeof(hash) };
	assert_int_equal(ask(f), CG_OK);
	f->s->vault.policy.len = 0;
}

static void flags_of_the_server_are_kept_and_the_mic_is_added(void **state)
{
	struct fixture *f = *state;
	const uint8_t theirs[4] = { 1, 0, 0, 0 };
	const uint8_t both[4] = { 3, 0, 0, 0 };
	const uint64_t now = ntlm_filetime_now();
	const struct ntlm_pair pairs[] = {
		{ 6, theirs, 4 },
		{ 1, u"FS1", 6 },
		{ 2, u"EXAMPLE", 14 },
		{ 7, &now, 8 },
		{ 99, "future", 6 },
	};

	memcpy(f->c.pairs, pairs, sizeof(pairs));
	f->target = "cifs/fs1";
	assert_int_equal(ask(f), CG_OK);
	assert_pair(f->out.response, 6, (struct cg_bytes){ both, 4 });
	assert_pair(f->out.response, 99, (struct cg_bytes)TEXT("future"));
}

static void only_ntlmv2_with_session_security_is_answered(void **state)
{
	static const uint32_t needed[] = { 0x1, 0x200, 0x80000, 0x800000 };
	static const uint32_t forbidden[] = { 0x80, 0x40 };
	struct fixture *f = *state;

	for (size_t i = 0; i < 4; i++) {
		f->c.flags = NTLM_FLAGS & ~needed[i];
		assert_int_equal(ask(f), CG_E_DENIED);
	}
	for (size_t i = 0; i < 2; i++) {
		f->c.flags = NTLM_FLAGS | forbidden[i];
		assert_int_equal(ask(f), CG_E_DENIED);
	}
	f->c.flags = NTLM_FLAGS;
	for (size_t i = 0; i < 3; i++) {
		f->negotiate_flags = NTLM_FLAGS & ~needed[i];
		assert_int_equal(ask(f), CG_E_DENIED);
	}
	f->negotiate_flags = NTLM_FLAGS;
	assert_int_equal(ask(f), CG_OK);
}

/* One of the pairs that every server sends is gone, or there twice, or not
 * what it should be. */
static void a_stripped_or_strange_list_is_refused(void **state)
{
	struct fixture *f = *state;
	const uint64_t now = ntlm_filetime_now();
	const struct ntlm_pair good[] = {
		{ 1, u"FS1", 6 },
		{ 2, u"EXAMPLE", 14 },
		{ 7, &now, 8 },
	};
	const struct { struct ntlm_pair pair; enum cg_status want; } more[] = {
		{ { 1, "F\0", 2 }, CG_E_INVALID },
		{ { 7, &now, 8 }, CG_E_INVALID },
		{ { 3, "odd", 3 }, CG_E_INVALID },
		{ { 6, "\0\0", 2 }, CG_E_INVALID },
		{ { 8, &now, 8 }, CG_E_DENIED },
		{ { 9, "h\0", 2 }, CG_E_DENIED },
		{ { 10, &now, 8 }, CG_E_DENIED },
	};

	f->target = "cifs/fs1";
	for (size_t gone = 0; gone < 3; gone++) {
		memset(f->c.pairs, 0, sizeof(f->c.pairs));
		for (size_t i = 0; i < 2; i++) {
			f->c.pairs[i] = good[i + (i >= gone)];
		}
		assert_int_equal(ask(f), CG_E_DENIED);
	}
	memcpy(f->c.pairs, good, sizeof(good));
	assert_int_equal(ask(f), CG_OK);
	for (size_t i = 0; i < sizeof(more) / sizeof(more[0]); i++) {
		f->c.pairs[3] = more[i].pair;
		assert_int_equal(ask(f), more[i].want);
	}
	f->c.pairs[3] = (struct ntlm_pair){ 0 };
	f->c.pairs[2].len = 4;
	assert_int_equal(ask(f), CG_E_INVALID);
}

static void a_list_ends_with_its_mark_and_nothing_behind(void **state)
{
	struct fixture *f = *state;

	f->c.without_end = true;
	assert_int_equal(ask(f), CG_E_INVALID);
	f->c.without_end = false;
	for (f->c.more = 1; f->c.more < 9; f->c.more++) {
		assert_int_equal(ask(f), CG_E_INVALID);
	}
}

static void only_the_whole_messages_parse(void **state)
{
	struct fixture *f = *state;
	size_t whole;

	build(f);
	whole = f->challenge_len;
	for (size_t n = 0; n <= whole + 8; n++) {
		f->c.server_challenge[0] = (uint8_t)n;
		build(f);
		memset(f->challenge + whole, 0, 8);
		f->challenge_len = n;
		assert_int_equal(send_response(f),
				 n == whole ? CG_OK : CG_E_INVALID);
	}
	f->c.server_challenge[1]++;
	build(f);
	whole = f->negotiate_len;
	for (size_t n = 0; n <= whole + 8; n++) {
		f->negotiate_len = n;
		memset(f->negotiate + whole, 0, 8);
		assert_int_equal(send_response(f),
				 n == whole ? CG_OK : CG_E_INVALID);
	}
}

static void fields_outside_of_the_message_are_refused(void **state)
{
	static const uint32_t offsets[] = { 0xffffffff, 0xfffffff0, 0x7fffffff,
					    0x10000, 200 };
	static const size_t fields[] = { 12, 40 };
	struct fixture *f = *state;

	for (size_t i = 0; i < 2; i++) {
		for (size_t j = 0; j < 5; j++) {
			build(f);
			memcpy(f->challenge + fields[i] + 4, &offsets[j], 4);
			assert_int_equal(send_response(f), CG_E_INVALID);
		}
		build(f);
		memset(f->challenge + fields[i], 0xff, 2);
		assert_int_equal(send_response(f), CG_E_INVALID);
	}
}

static void a_challenge_is_answered_once(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(ask(f), CG_OK);
	f->c.filetime++;
	build(f);
	assert_int_equal(send_response(f), CG_E_DENIED);
	assert_int_equal(ask(f), CG_OK);
}

static void the_last_thousand_challenges_are_remembered(void **state)
{
	struct cg_ntlm_seen *seen = NULL;
	uint64_t c;

	(void)state;
	for (c = 0; c <= CG_NTLM_SEEN_MAX; c++) {
		assert_int_equal(cg_ntlm_seen_add(&seen, (uint8_t *)&c),
				 CG_OK);
	}
	for (c = 1; c <= CG_NTLM_SEEN_MAX; c++) {
		assert_int_equal(cg_ntlm_seen_add(&seen, (uint8_t *)&c),
				 CG_E_DENIED);
	}
	c = 0;
	assert_int_equal(cg_ntlm_seen_add(&seen, (uint8_t *)&c), CG_OK);
	cg_ntlm_seen_free(seen);
}

static void a_challenge_has_about_our_time(void **state)
{
	struct fixture *f = *state;
	const uint64_t hour = 3600ULL * 10000000;
	const uint64_t now = ntlm_filetime_now();

	f->c.filetime = now - 37 * hour;
	assert_int_equal(ask(f), CG_E_DENIED);
	f->c.filetime = now + 37 * hour;
	assert_int_equal(ask(f), CG_E_DENIED);
	f->c.filetime = 0;
	assert_int_equal(ask(f), CG_E_DENIED);
	f->c.filetime = UINT64_MAX;
	assert_int_equal(ask(f), CG_E_DENIED);
	f->c.filetime = now - 35 * hour;
	assert_int_equal(ask(f), CG_OK);
}

/* The CHALLENGE is FS1's, fs1.example.test. */
static void only_the_server_that_was_wanted_gets_an_answer(void **state)
{
	static const struct {
		const char *target;
		enum cg_status want;
	} t[] = {
		{ "cifs/fs1.example.test", CG_OK },
		{ "CIFS/FS1.Example.Test", CG_OK },
		{ "cifs/fs1.example.test.", CG_OK },
		{ "cifs/fs1", CG_OK },
		{ "HTTP/fs1:8080", CG_OK },
		{ "ldap/fs1.example.test/example.test", CG_OK },
		{ "cifs/fs1.other.test", CG_E_DENIED },
		{ "cifs/fs2.example.test", CG_E_DENIED },
		{ "cifs/fs11", CG_E_DENIED },
		{ "cifs/example.test", CG_E_DENIED },
		{ "cifs/files.example.test", CG_E_DENIED },
		{ "cifs/198.18.0.2", CG_E_DENIED },
		{ "cifs/evil.test/fs1.example.test", CG_E_DENIED },
		{ "fs1.example.test", CG_E_INVALID },
		{ "", CG_E_INVALID },
		{ "cifs/", CG_E_INVALID },
		{ "/fs1", CG_E_INVALID },
		{ "cifs/.", CG_E_INVALID },
		{ "cifs//fs1", CG_E_INVALID },
		{ "cifs/\xff", CG_E_DENIED },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		f->target = t[i].target;
		if (ask(f) != t[i].want) {
			fail_msg("%s", t[i].target);
		}
	}
}

/* A server of a workgroup has no DNS name. */
static void without_a_dns_name_the_first_label_counts(void **state)
{
	struct fixture *f = *state;
	const uint64_t now = ntlm_filetime_now();
	const struct ntlm_pair pairs[] = {
		{ 1, u"NAS", 6 },
		{ 2, u"NAS", 6 },
		{ 3, "", 0 },
		{ 7, &now, 8 },
	};

	memcpy(f->c.pairs, pairs, sizeof(pairs));
	f->target = "cifs/nas.home.arpa";
	assert_int_equal(ask(f), CG_OK);
	f->target = "cifs/nas2.home.arpa";
	assert_int_equal(ask(f), CG_E_DENIED);
}

static void a_target_that_is_not_utf_8_is_refused(void **state)
{
	static const char *const bad[] = {
		("ci\xc0\xaf" "fs/fs1"), "ci\xed\xa0\x80/fs1",
		"ci\xe2\x82/fs1",
		"\xf5\x80\x80\x80/fs1", "\x80/fs1",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		f->target = bad[i];
		assert_int_equal(ask(f), CG_E_INVALID);
	}
	f->target = "c\xc3\xafs\xf0\x9f\x94\x91/fs1";
	assert_int_equal(ask(f), CG_OK);
	assert_pair(f->out.response, 9, (struct cg_bytes){
		(const uint8_t *)"c\0\xef\0s\0\x3d\xd8\x11\xdd/\0f\0s\0""1\0",
		18 });
}

static void what_is_not_the_callers_is_not_found(void **state)
{
	struct fixture *f = *state;
	struct cg_make_ntlm_response_in in = { .uid = UID + 1, .tgt = f->tgt };

	build(f);
	in.negotiate = (struct cg_bytes){ f->negotiate, f->negotiate_len };
	in.challenge = (struct cg_bytes){ f->challenge, f->challenge_len };
	in.target = (struct cg_bytes)TEXT(TARGET);
	assert_int_equal(call_make_ntlm_response(f->s, &in, &f->out),
			 CG_E_NOT_FOUND);
	in.uid = CG_UID_ALL;
	assert_int_equal(call_make_ntlm_response(f->s, &in, &f->out),
			 CG_E_NOT_FOUND);
	in.uid = UID;
	in.tgt.v++;
	assert_int_equal(call_make_ntlm_response(f->s, &in, &f->out),
			 CG_E_NOT_FOUND);
}

static void a_tgt_that_a_client_stored_has_no_hash(void **state)
{
	struct fixture *f = *state;

	f->tgt = lying_kdc_import(f->kdc, f->s, UID, "bob@EXAMPLE.TEST",
				  "krbtgt/EXAMPLE.TEST@EXAMPLE.TEST");
	assert_int_equal(ask(f), CG_E_NOT_FOUND);
}

static void a_service_has_no_ntlm_name(void **state)
{
	struct fixture *f = *state;

	f->tgt = lying_kdc_import(f->kdc, f->s, UID, "host/a@EXAMPLE.TEST",
				  "krbtgt/EXAMPLE.TEST@EXAMPLE.TEST");
	give_hash(f, "Password");
	assert_int_equal(ask(f), CG_E_DENIED);
}

static void a_renewed_tgt_keeps_hash_and_challenges(void **state)
{
	struct fixture *f = *state;
	struct cg_store *store = &f->s->vault.store;
	struct cg_handle other = lying_kdc_import(
		f->kdc, f->s, UID, "alice@EXAMPLE.TEST",
		"krbtgt/EXAMPLE.TEST@EXAMPLE.TEST");

	assert_int_equal(ask(f), CG_OK);
	cg_store_swap(cg_store_find(store, UID, f->tgt),
		      cg_store_find(store, UID, other));
	assert_int_equal(send_response(f), CG_E_DENIED);
	assert_int_equal(ask(f), CG_OK);
}

static size_t used_all(void)
{
	return 100;
}

static void a_full_vault_answers_nobody(void **state)
{
	struct fixture *f = *state;

	f->s->vault.arena_size = 100;
	f->s->vault.arena_used = used_all;
	assert_int_equal(ask(f), CG_E_LIMIT);
	f->s->vault.ntlm_without_target = true;
	assert_int_equal(ask_whole(f), CG_E_LIMIT);
}

static void the_policy_decides(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(ask_whole(f), CG_E_DENIED);
	f->s->vault.ntlm_without_target = true;
	assert_int_equal(ask_whole(f), CG_OK);
	f->s->vault.ntlm = false;
	assert_int_equal(ask_whole(f), CG_E_DENIED);
	assert_int_equal(ask(f), CG_E_DENIED);
}

static void check_mic(const struct fixture *f)
{
	const struct cg_bytes m = f->whole.authenticate;
	static uint8_t both[9000];
	uint8_t *copy = malloc(m.len);
	uint8_t mic[16];

	assert_non_null(copy);
	memcpy(copy, m.data, m.len);
	memset(copy + 72, 0, 16);
	memcpy(both, f->negotiate, f->negotiate_len);
	memcpy(both + f->negotiate_len, f->challenge, f->challenge_len);
	hmac(f->whole.session_key.data,
	     (struct cg_bytes){ both, f->negotiate_len + f->challenge_len },
	     (struct cg_bytes){ copy, m.len }, mic);
	assert_memory_equal(mic, m.data + 72, 16);
	free(copy);
}

static void a_whole_message_has_its_mic_and_no_target(void **state)
{
	struct fixture *f = *state;
	struct cg_bytes m;
	struct cg_bytes lm;
	unsigned int n;

	f->s->vault.ntlm_without_target = true;
	assert_int_equal(ask_whole(f), CG_OK);
	check_mic(f);
	m = f->whole.authenticate;
	assert_memory_equal(m.data, "NTLMSSP\0\3\0\0\0", 12);
	lm = ntlm_field(m, 12);
	assert_int_equal(lm.len, 24);
	for (size_t i = 0; i < lm.len; i++) {
		assert_int_equal(lm.data[i], 0);
	}
	assert_int_equal(ntlm_pair_of(ntlm_field(m, 20), 9, &n).len, 0);
	assert_int_equal(n, 1);
	assert_int_equal(ntlm_field(m, 28).len, 24);
	assert_memory_equal(ntlm_field(m, 36).data, ntlm_text("alice").data,
			    10);
	assert_int_equal(ntlm_field(m, 52).len, 0);
}

static void a_key_that_is_exchanged_is_another_each_time(void **state)
{
	struct fixture *f = *state;
	uint8_t first[16];
	uint8_t key[16];

	f->s->vault.ntlm_without_target = true;
	f->negotiate_flags |= KEY_EXCH;
	assert_int_equal(ask_whole(f), CG_OK);
	assert_int_equal(ntlm_field(f->whole.authenticate, 52).len, 0);
	f->c.flags |= KEY_EXCH;
	assert_int_equal(ask_whole(f), CG_OK);
	check_mic(f);
	response_key(f, key);
	hmac(key, (struct cg_bytes){ ntlm_field(f->whole.authenticate,
						20).data, 16 },
	     (struct cg_bytes)TEXT(""), key);
	cg_ntlm_rc4(key, f->whole.session_key.data, key);
	assert_int_equal(ntlm_field(f->whole.authenticate, 52).len, 16);
	assert_memory_equal(ntlm_field(f->whole.authenticate, 52).data, key,
			    16);
	memcpy(first, f->whole.session_key.data, 16);
	assert_int_equal(ask_whole(f), CG_OK);
	assert_memory_not_equal(first, f->whole.session_key.data, 16);
}

/* Both messages as long as they may be. */
static void the_longest_messages_are_answered(void **state)
{
	static uint8_t filler[8192];
	struct fixture *f = *state;
	const uint64_t now = ntlm_filetime_now();
	const struct ntlm_pair pairs[] = {
		{ 1, u"FS1", 6 },
		{ 2, u"EXAMPLE", 14 },
		{ 7, &now, 8 },
		{ 99, filler, 8192 - 48 - 14 - 44 - 4 },
	};

	memcpy(f->c.pairs, pairs, sizeof(pairs));
	f->target = "cifs/fs1";
	assert_int_equal(ask(f), CG_OK);
	assert_int_equal(f->challenge_len, 8192);
	f->s->vault.ntlm_without_target = true;
	assert_int_equal(ask_whole(f), CG_OK);
	check_mic(f);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(the_published_values_come_out),
		T(the_published_session_key_is_encrypted),
		T(an_answer_has_what_the_specification_asks_for),
		T(an_answer_proves_all_that_is_in_it),
		T(two_answers_have_nothing_random_in_common),
		T(channel_bindings_are_passed_on_and_none_is_not_zero),
		T(a_rule_refuses_or_asks_for_a_channel),
		T(flags_of_the_server_are_kept_and_the_mic_is_added),
		T(only_ntlmv2_with_session_security_is_answered),
		T(a_stripped_or_strange_list_is_refused),
		T(a_list_ends_with_its_mark_and_nothing_behind),
		T(only_the_whole_messages_parse),
		T(fields_outside_of_the_message_are_refused),
		T(a_challenge_is_answered_once),
		T(the_last_thousand_challenges_are_remembered),
		T(a_challenge_has_about_our_time),
		T(only_the_server_that_was_wanted_gets_an_answer),
		T(without_a_dns_name_the_first_label_counts),
		T(a_target_that_is_not_utf_8_is_refused),
		T(what_is_not_the_callers_is_not_found),
		T(a_tgt_that_a_client_stored_has_no_hash),
		T(a_service_has_no_ntlm_name),
		T(a_renewed_tgt_keeps_hash_and_challenges),
		T(a_full_vault_answers_nobody),
		T(the_policy_decides),
		T(a_whole_message_has_its_mic_and_no_target),
		T(a_key_that_is_exchanged_is_another_each_time),
		T(the_longest_messages_are_answered),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
