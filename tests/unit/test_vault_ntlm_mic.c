/* SPDX-License-Identifier: GPL-3.0-or-later */
/* NTLM for who keeps NEGOTIATE to itself: by policy only, and then it does not
 * claim the MIC that it cannot have. */
#include "tests/unit/vault_session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "isolated-helper/vault/krb5_nt_hash.h"
#include "tests/unit/lying_kdc.h"
#include "tests/unit/ntlm_messages.h"

#define UID 1000U
#define TARGET "cifs/fs1"

struct fixture {
	struct session *s;
	struct lying_kdc *kdc;
	struct cg_handle tgt;
	struct ntlm_challenge c;
	uint64_t now;
	bool is_negotiate_kept;		/* from the vault */
	uint8_t negotiate[64];
	size_t negotiate_len;
	uint8_t challenge[9000];
	size_t challenge_len;
	struct cg_make_ntlm_authenticate_out whole;
};

static int setup(void **state)
{
	static const uint8_t flags[4] = { 3, 0, 0, 0 };	/* 2: a MIC */
	struct fixture *f = calloc(1, sizeof(*f));
	const struct cg_secret_bytes text = { (const uint8_t *)"Password", 8 };
	struct cg_entry *e;

	f->s = session_ready();
	f->kdc = lying_kdc_open();
	f->tgt = lying_kdc_import(f->kdc, f->s, UID, "alice@EXAMPLE.TEST",
				  "krbtgt/EXAMPLE.TEST@EXAMPLE.TEST");
	e = cg_store_find(&f->s->vault.store, UID, f->tgt);
	assert_int_equal(cg_nt_hash_make(f->s->vault.krb5, text, &e->nt_hash),
			 CG_OK);
	f->now = ntlm_filetime_now();
	f->c.flags = NTLM_FLAGS;
	f->c.pairs[0] = (struct ntlm_pair){ 6, flags, 4 };
	f->c.pairs[1] = (struct ntlm_pair){ 1, u"FS1", 6 };
	f->c.pairs[2] = (struct ntlm_pair){ 2, u"EXAMPLE", 14 };
	f->c.pairs[3] = (struct ntlm_pair){ 7, &f->now, 8 };
	f->is_negotiate_kept = true;
	*state = f;
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

/* Each time with another server challenge. */
static void build(struct fixture *f)
{
	f->c.server_challenge[7]++;
	f->negotiate_len = f->is_negotiate_kept
		? 0 : ntlm_negotiate(NTLM_FLAGS, f->negotiate);
	f->challenge_len = ntlm_challenge(&f->c, f->challenge);
}

static enum cg_status ask_whole(struct fixture *f)
{
	struct cg_make_ntlm_authenticate_in in = { .uid = UID,
						   .tgt = f->tgt };

	build(f);
	in.negotiate = (struct cg_bytes){ f->negotiate, f->negotiate_len };
	in.challenge = (struct cg_bytes){ f->challenge, f->challenge_len };
	return call_make_ntlm_authenticate(f->s, &in, &f->whole);
}

static enum cg_status ask_for_target(struct fixture *f)
{
	static const uint8_t target[] = TARGET;
	struct cg_make_ntlm_response_in in = {
		.uid = UID, .tgt = f->tgt,
		.target = { target, sizeof(target) - 1 } };
	struct cg_make_ntlm_response_out out;

	build(f);
	in.negotiate = (struct cg_bytes){ f->negotiate, f->negotiate_len };
	in.challenge = (struct cg_bytes){ f->challenge, f->challenge_len };
	return call_make_ntlm_response(f->s, &in, &out);
}

static uint8_t flags_of(const struct fixture *f)
{
	struct cg_bytes flags;
	unsigned int n;

	flags = ntlm_pair_of(ntlm_field(f->whole.authenticate, 20), 6, &n);
	assert_int_equal(n, 1);
	assert_int_equal(flags.len, 4);
	return flags.data[0];
}

static void only_policy_lets_it_answer(void **state)
{
	struct fixture *f = *state;
	struct cg_vault *v = &f->s->vault;

	v->ntlm_without_mic = true;
	assert_int_equal(ask_whole(f), CG_E_DENIED);
	v->ntlm_without_target = true;
	v->ntlm_without_mic = false;
	assert_int_equal(ask_whole(f), CG_E_DENIED);
	v->ntlm_without_mic = true;
	assert_int_equal(ask_whole(f), CG_OK);
	v->ntlm = false;
	assert_int_equal(ask_whole(f), CG_E_DENIED);
}

static void who_names_a_target_brings_both_messages(void **state)
{
	struct fixture *f = *state;

	f->s->vault.ntlm_without_target = true;
	f->s->vault.ntlm_without_mic = true;
	assert_int_equal(ask_for_target(f), CG_E_INVALID);
	f->is_negotiate_kept = false;
	assert_int_equal(ask_for_target(f), CG_OK);
}

static void an_answer_without_a_mic_does_not_claim_one(void **state)
{
	static const uint8_t zeros[16];
	struct fixture *f = *state;

	f->s->vault.ntlm_without_target = true;
	f->s->vault.ntlm_without_mic = true;
	assert_int_equal(ask_whole(f), CG_OK);
	assert_int_equal(flags_of(f), 1);
	assert_memory_equal(f->whole.authenticate.data + 72, zeros, 16);
	/* Who has the first message has a MIC all the same. */
	f->is_negotiate_kept = false;
	assert_int_equal(ask_whole(f), CG_OK);
	assert_int_equal(flags_of(f), 3);
	assert_memory_not_equal(f->whole.authenticate.data + 72, zeros, 16);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		T(only_policy_lets_it_answer),
		T(who_names_a_target_brings_both_messages),
		T(an_answer_without_a_mic_does_not_claim_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
