/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whichever allocation fails, the vault answers and goes on: the arena is of
 * fixed size, so that any user may bring it about. */
#include "tests/unit/vault_session.h"

#include <krb5.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "isolated-helper/vault/krb5_nt_hash.h"
#include "isolated-helper/vault/secret.h"
#include "tests/unit/lying_kdc.h"
#include "tests/unit/ntlm_messages.h"
#include "tests/unit/seal.h"

#define UID 1000U
#define CLIENT "alice@EXAMPLE.TEST"
#define TGT "krbtgt/EXAMPLE.TEST@EXAMPLE.TEST"
#define REFERRAL "krbtgt/OTHER.TEST@EXAMPLE.TEST"
#define SERVICE "host/fs1.example.test@EXAMPLE.TEST"
#define PASSWORD "correct horse"
#define KEY_EXCH 0x40000000U

/* glibc's own names of what is replaced below. */
extern void *__libc_malloc(size_t len);
extern void *__libc_calloc(size_t n, size_t len);
extern void *__libc_realloc(void *p, size_t len);

static unsigned int to_fail;		/* which one; 0: none */
static unsigned int countdown;		/* 0: none, or it has failed */

static void arm(void)
{
	countdown = to_fail;
}

static void disarm(void)
{
	to_fail = countdown > 0 ? 0 : to_fail;	/* there were fewer */
	countdown = 0;
}

static bool fails(void)
{
	return countdown > 0 && --countdown == 0;
}

__attribute__((visibility("default"))) void *malloc(size_t len)
{
	return fails() ? NULL : __libc_malloc(len);
}

__attribute__((visibility("default"))) void *calloc(size_t n, size_t len)
{
	return fails() ? NULL : __libc_calloc(n, len);
}

__attribute__((visibility("default"))) void *realloc(void *p, size_t len)
{
	return fails() ? NULL : __libc_realloc(p, len);
}

struct fixture {
	struct session *s;
	struct lying_kdc *kdc;
	struct cg_handle handle;	/* of a TGT or password */
	struct cg_handle exchange;
	struct cg_bytes reply;
	uint8_t box[SEAL_MAX];
	size_t box_len;
	struct ntlm_challenge challenge;
	uint8_t first[64];
	size_t first_len;
	uint8_t second[8300];
	size_t second_len;
	uint8_t record[CG_RECORD_MAX];
	size_t record_len;
};

static const uint8_t proof_and_mark[CG_PROOF_LEN + CG_MARK_LEN] = { 1, 2, 3 };

static void prepare_nothing(struct fixture *f)
{
	(void)f;
}

static enum cg_status do_import_ticket(struct fixture *f)
{
	static const uint8_t some[300];
	const struct cg_import_ticket_in in = {
		.uid = UID,
		.enctype = ENCTYPE_AES256_CTS_HMAC_SHA1_96,
		.client = session_name(CLIENT),
		.server = session_name(TGT),
		.session_key = { some, 32 },
		.ticket = { some, sizeof(some) },
	};
	struct cg_import_ticket_out out;

	return call_import_ticket(f->s, &in, &out);
}

static void prepare_tgt(struct fixture *f)
{
	f->handle = lying_kdc_import(f->kdc, f->s, UID, CLIENT, TGT);
}

static enum cg_status do_make_tgs_req(struct fixture *f)
{
	const struct cg_make_tgs_req_in in = {
		.uid = UID, .tgt = f->handle,
		.server = session_name(SERVICE) };
	struct cg_make_tgs_req_out out;
	enum cg_status st = call_make_tgs_req(f->s, &in, &out);

	f->exchange = out.exchange;
	f->reply = out.request;
	return st;
}

static void prepare_tgs_rep(struct fixture *f)
{
	prepare_tgt(f);
	assert_int_equal(do_make_tgs_req(f), CG_OK);
	f->reply = lying_kdc_tgs(f->kdc, f->reply, &(struct lie){ 0 });
}

static void prepare_referral(struct fixture *f)
{
	prepare_tgt(f);
	assert_int_equal(do_make_tgs_req(f), CG_OK);
	f->reply = lying_kdc_tgs(f->kdc, f->reply,
				 &(struct lie){ .inner = REFERRAL });
}

static void prepare_renewal(struct fixture *f)
{
	struct cg_make_tgs_req_in in = { .uid = UID, .renew = 1 };
	struct cg_make_tgs_req_out out;

	prepare_tgt(f);
	in.tgt = f->handle;
	assert_int_equal(call_make_tgs_req(f->s, &in, &out), CG_OK);
	f->exchange = out.exchange;
	f->reply = lying_kdc_tgs(f->kdc, out.request, &(struct lie){ 0 });
}

static void prepare_error(struct fixture *f)
{
	prepare_tgt(f);
	assert_int_equal(do_make_tgs_req(f), CG_OK);
	f->reply = lying_kdc_error(f->kdc, 7, NULL);
}

static enum cg_status do_absorb_tgs_rep(struct fixture *f)
{
	const struct cg_absorb_tgs_rep_in in = {
		.uid = UID, .exchange = f->exchange, .reply = f->reply };
	struct cg_absorb_tgs_rep_out out;

	return call_absorb_tgs_rep(f->s, &in, &out);
}

static void prepare_sealed(struct fixture *f)
{
	const struct seal_to to = { f->s->public_key, UID,
				    session_name(CLIENT) };
	const struct cg_bytes text = { (const uint8_t *)PASSWORD,
				       strlen(PASSWORD) };

	/* More than one user may send in a minute. */
	f->s->vault.fresh.n = 0;
	f->box_len = seal(&to, text, f->box);
	assert_true(f->box_len > 0);
}

static enum cg_status do_import_password(struct fixture *f)
{
	const struct cg_import_password_in in = {
		.uid = UID, .client = session_name(CLIENT),
		.sealed = { f->box, f->box_len } };
	struct cg_import_password_out out;
	enum cg_status st = call_import_password(f->s, &in, &out);

	f->handle = out.handle;
	return st;
}

static void prepare_password(struct fixture *f)
{
	prepare_sealed(f);
	assert_int_equal(do_import_password(f), CG_OK);
}

static enum cg_status do_make_as_req(struct fixture *f)
{
	const struct cg_make_as_req_in in = { .uid = UID,
					      .password = f->handle };
	struct cg_make_as_req_out out;
	enum cg_status st = call_make_as_req(f->s, &in, &out);

	f->exchange = out.exchange;
	f->reply = out.request;
	return st;
}

static void prepare_as_rep(struct fixture *f)
{
	prepare_password(f);
	assert_int_equal(do_make_as_req(f), CG_OK);
	f->reply = lying_kdc_as(f->kdc, f->reply, PASSWORD,
				&(struct lie){ 0 });
}

static enum cg_status do_absorb_as_rep(struct fixture *f)
{
	const struct cg_absorb_as_rep_in in = {
		.uid = UID, .exchange = f->exchange, .reply = f->reply };
	struct cg_absorb_as_rep_out out;

	return call_absorb_as_rep(f->s, &in, &out);
}

static void prepare_ntlm(struct fixture *f)
{
	const struct cg_secret_bytes text = { (const uint8_t *)PASSWORD,
					      strlen(PASSWORD) };
	struct cg_entry *e;

	prepare_tgt(f);
	e = cg_store_find(&f->s->vault.store, UID, f->handle);
	assert_int_equal(cg_nt_hash_make(f->s->vault.krb5, text, &e->nt_hash),
			 CG_OK);
	f->s->vault.ntlm_without_target = true;
	f->challenge.flags = NTLM_FLAGS | KEY_EXCH;
	f->challenge.filetime = ntlm_filetime_now();
	f->challenge.server_challenge[0]++;
	f->first_len = ntlm_negotiate(f->challenge.flags, f->first);
	f->second_len = ntlm_challenge(&f->challenge, f->second);
}

static enum cg_status do_make_ntlm_response(struct fixture *f)
{
	static const uint8_t target[] = "cifs/fs1.example.test";
	const struct cg_make_ntlm_response_in in = {
		.uid = UID, .tgt = f->handle,
		.negotiate = { f->first, f->first_len },
		.challenge = { f->second, f->second_len },
		.target = { target, sizeof(target) - 1 } };
	struct cg_make_ntlm_response_out out;

	return call_make_ntlm_response(f->s, &in, &out);
}

static enum cg_status do_make_ntlm_authenticate(struct fixture *f)
{
	const struct cg_make_ntlm_authenticate_in in = {
		.uid = UID, .tgt = f->handle,
		.negotiate = { f->first, f->first_len },
		.challenge = { f->second, f->second_len } };
	struct cg_make_ntlm_authenticate_out out;

	return call_make_ntlm_authenticate(f->s, &in, &out);
}

/* Of a password of alice's: its proof, and who typed it. */
static void seal_proof(struct fixture *f, size_t len)
{
	uint8_t name[CG_PRINCIPAL_MAX];
	struct cg_bytes client = session_name(CLIENT);
	const struct seal_to to = { f->s->public_key, UID,
				    { name, client.len + CG_SALT_LEN } };

	memcpy(name, client.data, client.len);
	memset(name + client.len, 's', CG_SALT_LEN);
	f->s->vault.fresh.n = 0;
	f->box_len = seal(&to, (struct cg_bytes){ proof_and_mark, len },
			  f->box);
	assert_true(f->box_len > 0);
}

/* Signed in with it, by a KDC that has proved itself. */
static void prepare_verifier(struct fixture *f)
{
	struct cg_entry *e;

	prepare_tgt(f);
	e = cg_store_find(&f->s->vault.store, UID, f->handle);
	e->is_verified = true;
	assert_int_equal(cg_secret_copy_in(
		(struct cg_secret_bytes){ proof_and_mark + CG_PROOF_LEN,
					  CG_MARK_LEN }, &e->typed), CG_OK);
	seal_proof(f, CG_PROOF_LEN + CG_MARK_LEN);
}

static void keep_record(struct fixture *f, struct cg_bytes record)
{
	if (record.len > 0) {
		memcpy(f->record, record.data, record.len);
		f->record_len = record.len;
	}
}

static enum cg_status do_seal_verifier(struct fixture *f)
{
	static const uint8_t sid[] = "S-1-5-21-1-2-3-1104";
	static const uint8_t domain[] = "EXAMPLE";
	uint8_t salt[CG_SALT_LEN];
	const struct cg_seal_verifier_in in = {
		.uid = UID, .log_n = 14, .r = 8, .p = 1,
		.client = session_name(CLIENT),
		.sid = { sid, sizeof(sid) - 1 },
		.domain = { domain, sizeof(domain) - 1 },
		.salt = { salt, sizeof(salt) },
		.sealed = { f->box, f->box_len } };
	struct cg_seal_verifier_out out;
	enum cg_status st;

	memset(salt, 's', sizeof(salt));
	st = call_seal_verifier(f->s, &in, &out);
	keep_record(f, out.record);
	return st;
}

static void prepare_attempt(struct fixture *f)
{
	prepare_verifier(f);
	assert_int_equal(do_seal_verifier(f), CG_OK);
}

static enum cg_status do_make_verifier_attempt(struct fixture *f)
{
	const struct cg_make_verifier_attempt_in in = {
		UID, { f->record, f->record_len } };
	struct cg_make_verifier_attempt_out out;
	enum cg_status st = call_make_verifier_attempt(f->s, &in, &out);

	keep_record(f, out.record);
	return st;
}

static void prepare_check(struct fixture *f)
{
	prepare_attempt(f);
	assert_int_equal(do_make_verifier_attempt(f), CG_OK);
	seal_proof(f, CG_PROOF_LEN);
}

static enum cg_status do_check_verifier(struct fixture *f)
{
	const struct cg_check_verifier_in in = {
		UID, { f->record, f->record_len }, { f->box, f->box_len } };
	struct cg_check_verifier_out out;

	return call_check_verifier(f->s, &in, &out);
}

/* One message, during which an allocation fails. Not make_as_req: libkrb5
 * 1.20 uses the result of a calloc that failed (k5_preauth_request_context_
 * init); for its sake the vault begins nothing when the arena gets full. */
static const struct scene {
	const char *name;
	void (*prepare)(struct fixture *f);
	enum cg_status (*act)(struct fixture *f);
} scenes[] = {
	{ "import_ticket", prepare_nothing, do_import_ticket },
	{ "make_tgs_req", prepare_tgt, do_make_tgs_req },
	{ "absorb_tgs_rep", prepare_tgs_rep, do_absorb_tgs_rep },
	{ "absorb_tgs_rep (referral)", prepare_referral, do_absorb_tgs_rep },
	{ "absorb_tgs_rep (renewal)", prepare_renewal, do_absorb_tgs_rep },
	{ "absorb_tgs_rep (error)", prepare_error, do_absorb_tgs_rep },
	{ "import_password", prepare_sealed, do_import_password },
	{ "absorb_as_rep", prepare_as_rep, do_absorb_as_rep },
	{ "make_ntlm_response", prepare_ntlm, do_make_ntlm_response },
	{ "make_ntlm_authenticate", prepare_ntlm, do_make_ntlm_authenticate },
	{ "seal_verifier", prepare_verifier, do_seal_verifier },
	{ "make_verifier_attempt", prepare_attempt, do_make_verifier_attempt },
	{ "check_verifier", prepare_check, do_check_verifier },
};

static struct fixture *fixture_open(void)
{
	struct fixture *f = calloc(1, sizeof(*f));

	if (f == NULL) {
		abort();
	}
	f->s = session_ready();
	f->s->after = disarm;
	f->kdc = lying_kdc_open();
	return f;
}

static void fixture_close(struct fixture *f)
{
	session_free(f->s);
	lying_kdc_close(f->kdc);
	free(f);
}

/* Each of the first, then ever fewer: PBKDF2 alone makes thousands. */
static unsigned int after(unsigned int n)
{
	return n + 1 + n / 200 * 10;
}

/* False when the scene has fewer allocations than that. */
static bool play(struct fixture *f, const struct scene *scene, unsigned int n)
{
	const struct cg_forget_uid_in all = { .uid = UID };
	struct cg_forget_uid_out gone;
	bool failed;

	scene->prepare(f);
	to_fail = n;
	f->s->before = arm;
	(void)!scene->act(f);
	failed = to_fail > 0;
	f->s->before = NULL;
	assert_int_equal(call_forget_uid(f->s, &all, &gone), CG_OK);
	assert_int_equal(f->s->vault.store.n_entries, 0);
	assert_int_equal(f->s->vault.exchanges.n, 0);
	return failed;
}

static void any_allocation_may_fail(void **state)
{
	(void)state;
	for (size_t i = 0; i < sizeof(scenes) / sizeof(scenes[0]); i++) {
		struct fixture *f = fixture_open();
		unsigned int n = 1;

		while (play(f, &scenes[i], n)) {
			n = after(n);
			if (f->kdc->n > LYING_KDC_TICKETS_MAX / 2) {
				fixture_close(f);
				f = fixture_open();
			}
		}
		print_message("%s: less than %u allocations\n",
			      scenes[i].name, n);
		assert_true(n > 5);
		/* And then it still works. */
		scenes[i].prepare(f);
		assert_int_equal(scenes[i].act(f),
				 scenes[i].prepare == prepare_error
				 ? CG_E_KRB5 : CG_OK);
		fixture_close(f);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(any_allocation_may_fail),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
