/* SPDX-License-Identifier: GPL-3.0-or-later */
/* T15: a KDC that knows the password but not this machine signs nobody in. */
#include "tests/unit/vault_session.h"

#include <krb5.h>
#include <openssl/evp.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "idl/limits.h"
#include "idl/sealing.h"
#include "isolated-helper/vault/secret.h"
#include "tests/unit/lying_kdc.h"
#include "tests/unit/pac_bytes.h"
#include "tests/unit/seal.h"

#define UID 1000U
#define CLIENT "alice@EXAMPLE.TEST"
#define MACHINE "host/ws1.example.test@EXAMPLE.TEST"
#define PASSWORD "correct horse"

struct fixture {
	struct session *s;
	struct lying_kdc *kdc;
	struct cg_handle exchange;
	uint8_t request[8192];
	size_t request_len;
	struct cg_absorb_as_rep_out out;
};

static uint8_t machine_bytes[32] = { 7, 7, 7 };
static uint8_t other_bytes[32] = { 8, 8, 8 };
static uint8_t handover_bytes[32] = { 9, 9, 9 };
static const krb5_keyblock machine = {
	.enctype = ENCTYPE_AES256_CTS_HMAC_SHA1_96, .length = 32,
	.contents = machine_bytes };
static const krb5_keyblock other = {
	.enctype = ENCTYPE_AES256_CTS_HMAC_SHA1_96, .length = 32,
	.contents = other_bytes };
static const struct lie truth = { .machine = &machine };

static enum cg_status give_key(struct fixture *f, const uint8_t *bytes,
			       int32_t enctype)
{
	const struct cg_import_machine_key_in in = {
		.kvno = 3, .enctype = enctype,
		.server = session_name(MACHINE),
		.machine_key = { bytes, 32 } };
	struct cg_import_machine_key_out out;

	return call_import_machine_key(f->s, &in, &out);
}

static void be_born(struct fixture *f, uint32_t verify_kdc)
{
	const struct cg_import_birth_in in = {
		.version = CG_WIRE_VERSION, .clock_skew_s = 300,
		.max_entries_per_uid = 16, .max_entries = 64,
		.verify_kdc = verify_kdc,
		.handover_key = { handover_bytes, 32 },
		.offline_max_failures = 3, .offline_lockout_s = 60,
		.scrypt_log_n = 14, .scrypt_r = 8, .scrypt_p = 1 };
	const struct cg_hello_in hello = { .version = CG_WIRE_VERSION };
	struct cg_import_birth_out born;
	struct cg_hello_out out;

	assert_int_equal(call_import_birth(f->s, &in, &born), CG_OK);
	memcpy(f->s->public_key, born.public_key.data, CG_PUBKEY_LEN);
	assert_int_equal(call_hello(f->s, &hello, &out), CG_OK);
}

static int setup_new(void **state)
{
	struct fixture *f = calloc(1, sizeof(*f));

	*state = f;
	f->s = session_new();
	f->kdc = lying_kdc_open();
	return 0;
}

static int setup(void **state)
{
	struct fixture *f;

	(void)setup_new(state);
	f = *state;
	assert_int_equal(give_key(f, machine_bytes, machine.enctype), CG_OK);
	be_born(f, 1);
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

static void remember(struct fixture *f, struct cg_bytes request)
{
	assert_true(request.len > 0 && request.len <= sizeof(f->request));
	memcpy(f->request, request.data, request.len);
	f->request_len = request.len;
}

static struct cg_handle import(struct fixture *f)
{
	struct seal_to to = { f->s->public_key, UID, session_name(CLIENT) };
	struct cg_import_password_in in = { .uid = UID, .client = to.name };
	struct cg_import_password_out out;
	uint8_t box[SEAL_MAX];

	in.sealed.data = box;
	in.sealed.len = seal(&to, (struct cg_bytes){
		(const uint8_t *)PASSWORD, strlen(PASSWORD) }, box);
	assert_int_equal(call_import_password(f->s, &in, &out), CG_OK);
	return out.handle;
}

static enum cg_status make(struct fixture *f, uint32_t verify)
{
	const struct cg_make_as_req_in in = {
		.uid = UID, .password = import(f), .verify = verify };
	struct cg_make_as_req_out out;
	enum cg_status st = call_make_as_req(f->s, &in, &out);

	if (st == CG_OK) {
		f->exchange = out.exchange;
		remember(f, out.request);
	}
	return st;
}

static enum cg_status absorb(struct fixture *f, struct cg_bytes reply)
{
	const struct cg_absorb_as_rep_in in = {
		.uid = UID, .exchange = f->exchange, .reply = reply };
	enum cg_status st = call_absorb_as_rep(f->s, &in, &f->out);

	if (st == CG_OK && f->out.more == 1) {
		remember(f, f->out.request);
	}
	return st;
}

/* Up to the question for the machine's ticket. */
static void get_tgt_for(struct fixture *f, uint32_t verify, int32_t life_s)
{
	const struct lie lie = { .lifetime_s = life_s };

	assert_int_equal(make(f, verify), CG_OK);
	assert_int_equal(absorb(f, lying_kdc_as(f->kdc, (struct cg_bytes){
		f->request, f->request_len }, PASSWORD, &lie)), CG_OK);
}

static void get_tgt(struct fixture *f, uint32_t verify)
{
	get_tgt_for(f, verify, 0);
}

static enum cg_status prove(struct fixture *f, const struct lie *lie)
{
	return absorb(f, lying_kdc_tgs(f->kdc, (struct cg_bytes){
		f->request, f->request_len }, lie));
}

static void expect_nothing(const struct fixture *f)
{
	assert_int_equal(f->s->vault.store.n_entries, 0);
	assert_int_equal(f->s->vault.exchanges.n, 0);
	assert_int_equal(f->out.tgt.v, 0);
	assert_int_equal(f->out.pac.len, 0);
}

static void a_kdc_that_knows_the_machine_is_believed(void **state)
{
	struct fixture *f = *state;

	get_tgt(f, 1);
	assert_int_equal(f->out.more, 1);
	assert_int_equal(f->out.tgt.v, 0);
	assert_int_equal(prove(f, &truth), CG_OK);
	assert_int_equal(f->out.more, 0);
	assert_int_equal(f->out.verified, 1);
	assert_int_equal(f->out.pac.len, sizeof(LYING_KDC_PAC) - 1);
	assert_memory_equal(f->out.pac.data, LYING_KDC_PAC, f->out.pac.len);
	assert_int_equal(f->s->vault.exchanges.n, 0);
	assert_int_equal(f->s->vault.store.n_entries, 1);
	assert_int_equal(f->s->vault.store.first->kind, CG_KIND_TGT);
	assert_int_equal(f->s->vault.store.first->parent.v, 0);
	assert_int_equal(f->s->vault.store.first->handle.v, f->out.tgt.v);
}

/* Signs in for ten hours, with an NT hash to lose; the entry. */
static const struct cg_entry *sign_in(struct fixture *f, struct cg_bytes pac)
{
	const struct lie lie = { .machine = &machine, .pac = pac };

	f->s->vault.ntlm = true;
	f->s->vault.reacquire = true;
	get_tgt_for(f, 1, 36000);
	assert_int_equal(prove(f, &lie), CG_OK);
	assert_int_equal(f->out.verified, 1);
	return cg_store_find(&f->s->vault.store, UID, f->out.tgt);
}

static void expect_protected(struct fixture *f, const struct cg_entry *e)
{
	const struct cg_make_tgs_req_in renew = { .uid = UID, .renew = 1,
						  .tgt = f->out.tgt };
	struct cg_make_tgs_req_out made;

	assert_int_equal(f->out.protected_user, CG_PROTECTED_ENFORCE);
	assert_int_equal(f->out.has_ntlm, 0);
	assert_null(e->nt_hash);
	assert_null(e->typed);
	assert_null(e->long_term);
	assert_int_equal(f->out.has_long_term, 0);
	assert_int_equal(f->out.endtime, f->out.authtime + 14400);
	assert_int_equal(f->out.renew_till, 0);
	assert_int_equal(f->out.ticket_flags & TKT_FLG_RENEWABLE, 0);
	assert_int_equal(call_make_tgs_req(f->s, &renew, &made), CG_E_DENIED);
}

static void expect_like_others(struct fixture *f, const struct cg_entry *e,
			       uint32_t told)
{
	assert_int_equal(f->out.protected_user, told);
	assert_int_equal(f->out.has_ntlm, 1);
	assert_non_null(e->typed);
	assert_int_equal(f->out.endtime, f->out.authtime + 36000);
	assert_true(f->out.renew_till > 0);
}

static void a_protected_user_keeps_a_tgt_for_four_hours_only(void **state)
{
	struct pac_user u = { .strings = { "alice" }, .primary = 513,
			      .groups = { 513, 525 } };
	struct fixture *f = *state;
	uint8_t bytes[PAC_MAX];
	struct cg_bytes pac = { bytes, pac_make(&u, bytes) };

	f->s->vault.protected_users = CG_PROTECTED_ENFORCE;
	expect_protected(f, sign_in(f, pac));
	f->s->vault.protected_users = CG_PROTECTED_AUDIT;
	expect_like_others(f, sign_in(f, pac), CG_PROTECTED_AUDIT);
	f->s->vault.protected_users = CG_PROTECTED_OFF;
	expect_like_others(f, sign_in(f, pac), CG_PROTECTED_OFF);
	f->s->vault.protected_users = CG_PROTECTED_ENFORCE;
	u.groups[1] = 526;
	pac.len = pac_make(&u, bytes);
	expect_like_others(f, sign_in(f, pac), CG_PROTECTED_OFF);
}

/* LYING_KDC_PAC is no PAC. */
static void what_is_not_to_be_read_counts_as_a_members(void **state)
{
	struct fixture *f = *state;

	f->s->vault.protected_users = CG_PROTECTED_ENFORCE;
	expect_protected(f, sign_in(f, (struct cg_bytes){ 0 }));
}

/* A TGT of a later member takes the place of one from before. */
static void what_an_earlier_logon_kept_goes_as_well(void **state)
{
	struct fixture *f = *state;
	const struct cg_entry *e = sign_in(f, (struct cg_bytes){ 0 });
	struct cg_entry *old = cg_store_find(&f->s->vault.store, UID,
					     f->out.tgt);
	struct cg_entry *fresh = calloc(1, sizeof(*fresh));

	assert_non_null(fresh);
	assert_non_null(e->nt_hash);
	/* This KDC says nothing that a key could be kept for. */
	assert_int_equal(cg_secret_copy_in((struct cg_secret_bytes){
		machine_bytes, 32 }, &old->long_term), CG_OK);
	cg_store_swap(old, fresh);
	assert_non_null(old->nt_hash);
	assert_non_null(old->long_term);
	cg_store_swap(old, fresh);
	fresh->is_protected = true;
	cg_store_swap(old, fresh);
	assert_null(old->nt_hash);
	assert_null(old->typed);
	assert_null(old->long_term);
	cg_entry_forget(fresh);
}

static void a_ticket_that_does_not_open_proves_nothing(void **state)
{
	static const struct lie lies[] = {
		{ 0 },		/* rubbish where the ciphertext should be */
		{ .machine = &other },
		{ .machine = &machine, .ticket_client = "bob@EXAMPLE.TEST" },
		{ .machine = &machine, .ticket_client = "alice@OTHER.TEST" },
		{ .machine = &machine, .ticket_other_key = true },
		{ .machine = &machine, .add_to_ticket_end = 60 },
		{ .machine = &machine, .add_to_ticket_start = 3000 },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		get_tgt(f, 1);
		assert_int_equal(prove(f, &lies[i]), CG_E_UNVERIFIED);
		expect_nothing(f);
	}
}

static void another_machines_ticket_proves_nothing(void **state)
{
	struct fixture *f = *state;
	const struct lie lie = {
		.machine = &machine,
		.inner = "host/ws2.example.test@EXAMPLE.TEST" };

	get_tgt(f, 1);
	assert_int_equal(prove(f, &lie), CG_E_UNVERIFIED);
	expect_nothing(f);
}

static void a_kdc_that_has_no_such_machine_is_not_believed(void **state)
{
	struct fixture *f = *state;

	get_tgt(f, 1);
	assert_int_equal(absorb(f, lying_kdc_error(f->kdc, 7, NULL)),
			 CG_E_KRB5);
	expect_nothing(f);
}

static void who_asks_for_no_proof_gets_one_where_there_is_a_key(void **state)
{
	struct fixture *f = *state;

	get_tgt(f, 0);
	assert_int_equal(f->out.more, 1);
	assert_int_equal(prove(f, &(struct lie){ .machine = &other }),
			 CG_E_UNVERIFIED);
	expect_nothing(f);
}

static void nothing_can_be_done_before_the_proof(void **state)
{
	struct fixture *f = *state;
	struct cg_absorb_tgs_rep_in tgs = { .uid = UID };
	struct cg_make_tgs_req_in make_tgs = {
		.uid = UID, .tgt = { 1 },
		.server = session_name("host/fs1@EXAMPLE.TEST") };
	struct cg_absorb_tgs_rep_out rep;
	struct cg_make_tgs_req_out made;
	struct cg_make_ntlm_response_in ntlm = { .uid = UID };
	struct cg_make_ntlm_response_out answer;

	f->s->vault.ntlm = true;
	get_tgt(f, 1);
	make_tgs.tgt = f->s->vault.store.first->handle;
	ntlm.tgt = make_tgs.tgt;
	assert_non_null(f->s->vault.store.first->nt_hash);
	assert_int_equal(call_make_ntlm_response(f->s, &ntlm, &answer),
			 CG_E_NOT_FOUND);
	assert_int_equal(call_make_tgs_req(f->s, &make_tgs, &made),
			 CG_E_NOT_FOUND);
	make_tgs.renew = 1;
	make_tgs.server.len = 0;
	assert_int_equal(call_make_tgs_req(f->s, &make_tgs, &made),
			 CG_E_NOT_FOUND);
	/* The machine's ticket would leave with its key. */
	tgs.exchange = f->exchange;
	tgs.reply = lying_kdc_tgs(f->kdc, (struct cg_bytes){
		f->request, f->request_len }, &truth);
	assert_int_equal(call_absorb_tgs_rep(f->s, &tgs, &rep),
			 CG_E_NOT_FOUND);
	assert_int_equal(prove(f, &truth), CG_OK);
}

static void an_abandoned_logon_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	struct cg_forget_entry_in in = { .uid = UID };
	struct cg_forget_entry_out out;

	get_tgt(f, 1);
	in.handle = f->exchange;
	assert_int_equal(call_forget_entry(f->s, &in, &out), CG_OK);
	assert_int_equal(out.n_forgotten, 2);
	expect_nothing(f);
	get_tgt(f, 1);
	f->s->vault.exchanges.first->begun = 1;
	cg_vault_sweep(&f->s->vault);
	expect_nothing(f);
}

static void without_a_key_only_who_insists_is_refused(void **state)
{
	struct fixture *f = *state;

	be_born(f, 1);
	assert_int_equal(make(f, 1), CG_E_UNVERIFIED);
	expect_nothing(f);
	get_tgt(f, 0);
	assert_int_equal(f->out.more, 0);
	assert_int_equal(f->out.verified, 0);
	assert_int_not_equal(f->out.tgt.v, 0);
}

static void policy_may_do_without(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(give_key(f, machine_bytes, machine.enctype), CG_OK);
	be_born(f, 0);
	get_tgt(f, 1);
	assert_int_equal(f->out.more, 0);
	assert_int_equal(f->out.verified, 0);
}

static void weak_and_too_many_keys_are_refused(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(give_key(f, machine_bytes, ENCTYPE_ARCFOUR_HMAC),
			 CG_E_DENIED);
	for (uint32_t i = 0; i < CG_MACHINE_KEYS_MAX; i++) {
		assert_int_equal(give_key(f, machine_bytes, 18), CG_OK);
	}
	assert_int_equal(give_key(f, machine_bytes, 18), CG_E_LIMIT);
}

/* The sender's half of the handover, written again. */
static size_t seal_handover(uint32_t number, const uint8_t *bytes,
			    uint8_t box[512])
{
	static const uint8_t aad[] = "\0\0\0\0credguard machine keys 1";
	uint8_t text[400];
	struct cg_writer w = cg_writer_of(text, sizeof(text));
	EVP_CIPHER_CTX *ctx = EVP_CIPHER_CTX_new();
	size_t len;
	int n;

	cg_writer_u32_be(&w, number);
	if (bytes != NULL) {
		cg_writer_u32_be(&w, 4);
		cg_writer_u32_be(&w, 18);
		cg_writer_counted_be(&w, session_name(MACHINE));
		cg_writer_counted_be(&w, (struct cg_bytes){ bytes, 32 });
	}
	assert_int_equal(cg_writer_finish(&w, &len), CG_OK);
	memset(box, (int)number, 12);
	assert_true(EVP_EncryptInit_ex(ctx, EVP_aes_256_gcm(), NULL,
				       handover_bytes, box) > 0);
	assert_true(EVP_EncryptUpdate(ctx, NULL, &n, aad, 28) > 0);
	assert_true(EVP_EncryptUpdate(ctx, box + 12, &n, text,
				      (int)len) > 0);
	assert_true(EVP_EncryptFinal_ex(ctx, box + 12 + n, &n) > 0);
	assert_true(EVP_CIPHER_CTX_ctrl(ctx, EVP_CTRL_AEAD_GET_TAG, 16,
					box + 12 + len) > 0);
	EVP_CIPHER_CTX_free(ctx);
	return 28 + len;
}

static enum cg_status unseal(struct fixture *f, const uint8_t *box,
			     size_t len, uint32_t *n_keys)
{
	const struct cg_unseal_machine_key_in in = { .sealed = { box, len } };
	struct cg_unseal_machine_key_out out;
	enum cg_status st = call_unseal_machine_key(f->s, &in, &out);

	*n_keys = out.n_keys;
	return st;
}

static void a_handover_replaces_the_keys(void **state)
{
	struct fixture *f = *state;
	uint8_t old[512];
	uint8_t box[512];
	size_t old_len = seal_handover(1, machine_bytes, old);
	size_t len = seal_handover(2, other_bytes, box);
	uint32_t n;

	assert_int_equal(unseal(f, box, len, &n), CG_OK);
	assert_int_equal(n, 1);
	get_tgt(f, 1);
	assert_int_equal(prove(f, &truth), CG_E_UNVERIFIED);
	get_tgt(f, 1);
	assert_int_equal(prove(f, &(struct lie){ .machine = &other }), CG_OK);
	/* What the broker kept brings no key back. */
	assert_int_equal(unseal(f, old, old_len, &n), CG_E_DENIED);
	assert_int_equal(unseal(f, box, len, &n), CG_E_DENIED);
	get_tgt(f, 1);
	assert_int_equal(prove(f, &truth), CG_E_UNVERIFIED);
}

static void a_machine_that_lost_its_keys_signs_nobody_in(void **state)
{
	struct fixture *f = *state;
	uint8_t box[512];
	uint32_t n;

	assert_int_equal(unseal(f, box, seal_handover(1, NULL, box), &n),
			 CG_OK);
	assert_int_equal(n, 0);
	assert_int_equal(make(f, 1), CG_E_UNVERIFIED);
}

static void an_altered_handover_changes_nothing(void **state)
{
	struct fixture *f = *state;
	uint8_t box[512];
	size_t len = seal_handover(1, other_bytes, box);
	uint32_t n;

	for (size_t i = 0; i < len; i++) {
		box[i] ^= 1;
		assert_int_equal(unseal(f, box, len, &n), CG_E_CRYPTO);
		box[i] ^= 1;
	}
	for (size_t i = 0; i < len; i++) {
		assert_int_not_equal(unseal(f, box, i, &n), CG_OK);
	}
	get_tgt(f, 1);
	assert_int_equal(prove(f, &truth), CG_OK);
}

int main(void)
{
#define TEST(f) cmocka_unit_test_setup_teardown(f, setup, teardown)
#define TEST_NEW(f) cmocka_unit_test_setup_teardown(f, setup_new, teardown)
	const struct CMUnitTest tests[] = {
		TEST(a_kdc_that_knows_the_machine_is_believed),
		TEST(a_protected_user_keeps_a_tgt_for_four_hours_only),
		TEST(what_is_not_to_be_read_counts_as_a_members),
		TEST(what_an_earlier_logon_kept_goes_as_well),
		TEST(a_ticket_that_does_not_open_proves_nothing),
		TEST(another_machines_ticket_proves_nothing),
		TEST(a_kdc_that_has_no_such_machine_is_not_believed),
		TEST(who_asks_for_no_proof_gets_one_where_there_is_a_key),
		TEST(nothing_can_be_done_before_the_proof),
		TEST(an_abandoned_logon_leaves_nothing),
		TEST_NEW(without_a_key_only_who_insists_is_refused),
		TEST_NEW(policy_may_do_without),
		TEST_NEW(weak_and_too_many_keys_are_refused),
		TEST(a_handover_replaces_the_keys),
		TEST(a_machine_that_lost_its_keys_signs_nobody_in),
		TEST(an_altered_handover_changes_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
