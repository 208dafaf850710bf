/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Verifiers: the record, the rules, and the operations in their order. Proofs
 * are made up here; scrypt is the caller's business (test_kdf.c). */
#include "isolated-helper/vault/verifier.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "isolated-helper/vault/sealer.h"
#include "isolated-helper/vault/secret.h"
#include "tests/unit/seal.h"
#include "tests/unit/vault_session.h"

#define UID 1000U
#define CLIENT "alice@EXAMPLE.TEST"
#define T0 1000000U

static const uint8_t sid[] = "S-1-5-21-1-2-3-1104";
static const uint8_t domain[] = "EXAMPLE";
static const uint8_t salt[CG_SALT_LEN] = { 5, 6, 7 };
static const uint8_t proof[CG_PROOF_LEN] = { 1, 2, 3 };
static const uint8_t other_proof[CG_PROOF_LEN] = { 1, 2, 4 };
static const uint8_t mark[CG_MARK_LEN] = { 9 };
static const uint8_t other_mark[CG_MARK_LEN] = { 8 };

static const struct cg_verifier_policy policy = {
	.max_failures = 3, .lockout_s = 60, .max_age_s = 1000,
};

static struct cg_secret *secret_of(const uint8_t *data, size_t len)
{
	struct cg_secret *s = NULL;

	assert_int_equal(cg_secret_copy_in(
		(struct cg_secret_bytes){ data, len }, &s), CG_OK);
	return s;
}

/* alice, signed in with the password of mark by a KDC that proved itself. */
static struct cg_entry *sign_in(struct session *s, uint32_t uid)
{
	struct cg_entry *e = calloc(1, sizeof(*e));
	struct cg_handle handle;

	assert_non_null(e);
	e->uid = uid;
	e->kind = CG_KIND_TGT;
	e->client = cg_bytes_copy(session_name(CLIENT));
	e->secret = secret_of(proof, sizeof(proof));
	e->typed = secret_of(mark, sizeof(mark));
	e->is_verified = true;
	assert_int_equal(cg_store_add(&s->vault.store, e, &handle), CG_OK);
	return e;
}

static struct cg_bytes sealed_to(const struct session *s, uint32_t uid,
				 struct cg_bytes text)
{
	static uint8_t box[SEAL_MAX];
	static uint8_t name[CG_PRINCIPAL_MAX];
	struct cg_bytes client = session_name(CLIENT);
	const struct seal_to to = { s->public_key, uid,
				    { name, client.len + CG_SALT_LEN } };

	memcpy(name, client.data, client.len);
	memcpy(name + client.len, salt, CG_SALT_LEN);
	return (struct cg_bytes){ box, seal(&to, text, box) };
}

static struct cg_bytes sealed_new(const struct session *s, uint32_t uid,
				  const uint8_t *of, const uint8_t *typed)
{
	uint8_t text[CG_PROOF_LEN + CG_MARK_LEN];

	memcpy(text, of, CG_PROOF_LEN);
	memcpy(text + CG_PROOF_LEN, typed, CG_MARK_LEN);
	return sealed_to(s, uid, (struct cg_bytes){ text, sizeof(text) });
}

static struct cg_seal_verifier_in request(void)
{
	return (struct cg_seal_verifier_in){
		.uid = UID, .log_n = 14, .r = 8, .p = 1,
		.client = session_name(CLIENT),
		.sid = { sid, sizeof(sid) - 1 },
		.domain = { domain, sizeof(domain) - 1 },
		.salt = { salt, sizeof(salt) },
	};
}

/* A record, the way the broker keeps it; large, so the tests have them
 * static. */
struct kept {
	uint8_t data[CG_RECORD_MAX];
	size_t len;
};

static struct cg_bytes bytes_of(const struct kept *k)
{
	return (struct cg_bytes){ k->data, k->len };
}

static void keep(struct kept *k, struct cg_bytes record)
{
	assert_true(record.len > 0 && record.len <= sizeof(k->data));
	memcpy(k->data, record.data, record.len);
	k->len = record.len;
}

static void make(struct session *s, struct kept *out)
{
	struct cg_seal_verifier_in in = request();
	struct cg_seal_verifier_out rep;

	in.sealed = sealed_new(s, UID, proof, mark);
	assert_int_equal(call_seal_verifier(s, &in, &rep), CG_OK);
	keep(out, rep.record);
}

static enum cg_status list(struct session *s, const struct kept *k,
			   struct cg_list_verifier_out *out)
{
	const struct cg_list_verifier_in in = { UID, bytes_of(k) };

	return call_list_verifier(s, &in, out);
}

/* The first step; with OK, k is the record to store. */
static uint32_t attempt(struct session *s, struct kept *k)
{
	const struct cg_make_verifier_attempt_in in = { UID, bytes_of(k) };
	struct cg_make_verifier_attempt_out rep;

	assert_int_equal(call_make_verifier_attempt(s, &in, &rep), CG_OK);
	if (rep.result == CG_OFFLINE_OK) {
		keep(k, rep.record);
	} else {
		assert_int_equal(rep.record.len, 0);
	}
	return rep.result;
}

static enum cg_status compare(struct session *s, struct kept *k,
			      const uint8_t *of, uint32_t *result)
{
	const struct cg_check_verifier_in in = {
		UID, bytes_of(k),
		sealed_to(s, UID, (struct cg_bytes){ of, CG_PROOF_LEN }),
	};
	struct cg_check_verifier_out rep;
	enum cg_status st = call_check_verifier(s, &in, &rep);

	*result = rep.result;
	if (st == CG_OK && rep.result == CG_OFFLINE_OK) {
		keep(k, rep.record);
	}
	return st;
}

static uint32_t guess(struct session *s, struct kept *k, const uint8_t *of)
{
	uint32_t result = attempt(s, k);

	if (result == CG_OFFLINE_OK) {
		assert_int_equal(compare(s, k, of, &result), CG_OK);
	}
	return result;
}

static void the_right_proof_is_right_and_no_other(void **state)
{
	struct session *s = session_ready();
	struct cg_list_verifier_out rep;
	static struct kept k;

	(void)state;
	(void)sign_in(s, UID);
	make(s, &k);
	assert_int_equal(guess(s, &k, proof), CG_OFFLINE_OK);
	assert_int_equal(guess(s, &k, other_proof), CG_OFFLINE_DENIED);
	assert_int_equal(list(s, &k, &rep), CG_OK);
	assert_int_equal(rep.n_failures, 1);
	assert_int_equal(guess(s, &k, proof), CG_OFFLINE_OK);
	assert_int_equal(list(s, &k, &rep), CG_OK);
	assert_int_equal(rep.n_failures, 0);
	assert_int_equal(rep.sid.len, sizeof(sid) - 1);
	assert_memory_equal(rep.sid.data, sid, rep.sid.len);
	assert_memory_equal(rep.salt.data, salt, sizeof(salt));
	session_free(s);
}

static void no_byte_of_a_record_may_change(void **state)
{
	struct session *s = session_ready();
	struct cg_list_verifier_out rep;
	static struct kept k;
	static struct kept bad;

	(void)state;
	(void)sign_in(s, UID);
	make(s, &k);
	for (size_t i = 0; i < k.len; i++) {
		bad = k;
		bad.data[i] = (uint8_t)(bad.data[i] ^ 1U << (i % 8));
		assert_int_equal(list(s, &bad, &rep), CG_E_CRYPTO);
		bad = k;
		bad.len = i;
		assert_int_equal(list(s, &bad, &rep), CG_E_CRYPTO);
	}
	assert_int_equal(list(s, &k, &rep), CG_OK);
	session_free(s);
}

static void a_record_is_of_one_uid_and_one_machine(void **state)
{
	struct session *s = session_ready();
	const struct cg_secret_bytes key = { mark, CG_SEALING_KEY_LEN };
	struct cg_list_verifier_in in;
	struct cg_list_verifier_out rep;
	static struct kept k;

	(void)state;
	(void)sign_in(s, UID);
	make(s, &k);
	in = (struct cg_list_verifier_in){ UID + 1, bytes_of(&k) };
	assert_int_equal(call_list_verifier(s, &in, &rep), CG_E_CRYPTO);
	cg_sealer_close(s->vault.sealer);
	assert_int_equal(cg_sealer_open(&s->vault.sealer), CG_OK);
	assert_int_equal(list(s, &k, &rep), CG_E_DENIED);
	assert_int_equal(cg_sealer_take_key(s->vault.sealer, key), CG_OK);
	assert_int_equal(cg_sealer_take_key(s->vault.sealer, key),
			 CG_E_INVALID);
	assert_int_equal(list(s, &k, &rep), CG_E_CRYPTO);
	session_free(s);
}

/* What the proof is bound to, one after the other. */
static void the_mac_binds_everything_that_names_the_user(void **state)
{
	struct session *s = session_ready();
	struct cg_secret *right = NULL;
	struct cg_secret *of = secret_of(proof, sizeof(proof));
	const struct cg_verifier v = {
		.uid = UID, .log_n = 14, .r = 8, .p = 1,
		.client = session_name(CLIENT), .sid = { sid, 10 },
		.domain = { domain, 5 }, .salt = { salt, CG_SALT_LEN },
	};
	struct cg_verifier other[8];

	(void)state;
	for (size_t i = 0; i < 8; i++) {
		other[i] = v;
	}
	other[0].uid++;
	other[1].log_n++;
	other[2].r++;
	other[3].p++;
	other[4].client = session_name("bob@EXAMPLE.TEST");
	other[5].sid.len++;
	other[6].domain.len++;
	other[7].salt.data = other_mark;
	assert_int_equal(cg_verifier_mac(s->vault.sealer, &v, of, &right),
			 CG_OK);
	for (size_t i = 0; i < 8; i++) {
		struct cg_secret *mac = NULL;

		assert_int_equal(cg_verifier_mac(s->vault.sealer, &other[i],
						 of, &mac), CG_OK);
		assert_false(cg_secret_equal(mac, right));
		cg_secret_forget(&mac);
	}
	cg_secret_forget(&right);
	cg_secret_forget(&of);
	session_free(s);
}

static void refuse_new(struct session *s, struct cg_seal_verifier_in in,
		       const uint8_t *typed, enum cg_status want)
{
	struct cg_seal_verifier_out rep;

	in.sealed = sealed_new(s, in.uid, proof, typed);
	assert_int_equal(call_seal_verifier(s, &in, &rep), want);
	assert_int_equal(rep.record.len, 0);
}

static void only_the_password_of_a_verified_logon_is_taken(void **state)
{
	struct session *s = session_ready();
	struct cg_seal_verifier_in in = request();
	struct cg_entry *e;

	(void)state;
	refuse_new(s, in, mark, CG_E_DENIED);
	e = sign_in(s, UID);
	refuse_new(s, in, other_mark, CG_E_DENIED);
	e->is_verified = false;
	refuse_new(s, in, mark, CG_E_DENIED);
	e->is_verified = true;
	e->kind = CG_KIND_KEPT;
	refuse_new(s, in, mark, CG_E_DENIED);
	e->kind = CG_KIND_TGT;
	in.uid++;
	refuse_new(s, in, mark, CG_E_DENIED);
	in.uid--;
	for (int i = 0; i < 3; i++) {
		struct cg_seal_verifier_in weak = in;

		weak.log_n -= i == 0;
		weak.r += i == 1;
		weak.p += i == 2;
		refuse_new(s, weak, mark, CG_E_INVALID);
	}
	cg_secret_forget(&e->typed);
	refuse_new(s, in, mark, CG_E_DENIED);
	session_free(s);
}

static void a_proof_alone_makes_no_verifier(void **state)
{
	struct session *s = session_ready();
	struct cg_seal_verifier_in in = request();
	struct cg_seal_verifier_out rep;
	uint32_t result;
	static struct kept k;

	(void)state;
	(void)sign_in(s, UID);
	make(s, &k);
	in.sealed = sealed_to(s, UID, (struct cg_bytes){
		proof, sizeof(proof) });
	assert_int_equal(call_seal_verifier(s, &in, &rep), CG_E_INVALID);
	/* And a proof with a mark is no guess. */
	assert_int_equal(attempt(s, &k), CG_OFFLINE_OK);
	in.sealed = sealed_new(s, UID, proof, mark);
	{
		const struct cg_check_verifier_in check = {
			UID, bytes_of(&k), in.sealed };
		struct cg_check_verifier_out out;

		assert_int_equal(call_check_verifier(s, &check, &out),
				 CG_E_INVALID);
	}
	assert_int_equal(compare(s, &k, proof, &result), CG_E_DENIED);
	session_free(s);
}

static void of_each_stored_attempt_there_is_one_guess(void **state)
{
	struct session *s = session_ready();
	static struct kept first;
	static struct kept again;
	static struct kept k;
	uint32_t result;

	(void)state;
	(void)sign_in(s, UID);
	make(s, &k);
	/* None without an attempt. */
	first = k;
	assert_int_equal(compare(s, &first, proof, &result), CG_E_DENIED);
	/* Two made of one record: only the later, and only once. */
	first = k;
	again = k;
	assert_int_equal(attempt(s, &first), CG_OFFLINE_OK);
	assert_int_equal(attempt(s, &again), CG_OFFLINE_OK);
	assert_int_equal(compare(s, &first, other_proof, &result),
			 CG_E_DENIED);
	assert_int_equal(compare(s, &again, other_proof, &result),
			 CG_E_DENIED);
	assert_int_equal(attempt(s, &again), CG_OFFLINE_OK);
	assert_int_equal(compare(s, &again, other_proof, &result), CG_OK);
	assert_int_equal(result, CG_OFFLINE_DENIED);
	assert_int_equal(compare(s, &again, proof, &result), CG_E_DENIED);
	session_free(s);
}

static void after_a_guess_the_records_before_it_are_refused(void **state)
{
	struct session *s = session_ready();
	struct cg_list_verifier_out rep;
	static struct kept old;
	static struct kept won;
	static struct kept k;

	(void)state;
	(void)sign_in(s, UID);
	make(s, &k);
	old = k;
	assert_int_equal(guess(s, &k, other_proof), CG_OFFLINE_DENIED);
	assert_int_equal(list(s, &old, &rep), CG_E_DENIED);
	/* A crash before the record of a right guess is stored: the one
	 * before it is as good; and of the two only one. */
	old = k;
	assert_int_equal(attempt(s, &old), CG_OFFLINE_OK);
	won = old;
	{
		uint32_t result;

		assert_int_equal(compare(s, &won, proof, &result), CG_OK);
	}
	assert_int_equal(list(s, &old, &rep), CG_OK);
	assert_int_equal(list(s, &won, &rep), CG_OK);
	assert_int_equal(list(s, &old, &rep), CG_E_DENIED);
	session_free(s);
}

static void a_crash_between_the_steps_shuts_nobody_out(void **state)
{
	struct session *s = session_ready();
	static struct kept stored;
	static struct kept lost;

	(void)state;
	(void)sign_in(s, UID);
	make(s, &stored);
	lost = stored;
	assert_int_equal(attempt(s, &lost), CG_OFFLINE_OK);
	/* It never got to the disk. */
	assert_int_equal(guess(s, &stored, proof), CG_OFFLINE_OK);
	session_free(s);
}

static void three_wrong_ones_lock(void **state)
{
	struct session *s = session_ready();
	struct cg_list_verifier_out rep;
	static struct kept k;

	(void)state;
	(void)sign_in(s, UID);
	make(s, &k);
	for (unsigned int i = 0; i < SESSION_MAX_FAILURES; i++) {
		assert_int_equal(guess(s, &k, other_proof),
				 CG_OFFLINE_DENIED);
	}
	assert_int_equal(guess(s, &k, proof), CG_OFFLINE_LOCKED);
	assert_int_equal(list(s, &k, &rep), CG_OK);
	assert_in_range(rep.locked_until, cg_vault_now() + 50,
			cg_vault_now() + 60);
	/* A logon with a DC makes a new one, which is not locked. */
	make(s, &k);
	assert_int_equal(guess(s, &k, proof), CG_OFFLINE_OK);
	session_free(s);
}

static struct cg_verifier at_t0(void)
{
	return (struct cg_verifier){
		.version = 7, .made = T0, .last_use = T0, .last_seen = T0,
	};
}

static void the_lock_ends_with_its_time_and_counting_begins_anew(void **state)
{
	struct cg_verifier v = at_t0();

	(void)state;
	for (unsigned int i = 1; i <= 3; i++) {
		assert_int_equal(v.locked_until, 0);
		assert_int_equal(cg_verifier_rules_attempt(&policy, T0 + i,
							   &v),
				 CG_OFFLINE_OK);
		assert_int_equal(v.n_failures, i);
		assert_int_equal(v.version, 7 + i);
	}
	assert_int_equal(v.locked_until, T0 + 63);
	assert_int_equal(cg_verifier_rules_attempt(&policy, T0 + 62, &v),
			 CG_OFFLINE_LOCKED);
	assert_int_equal(v.version, 10);
	assert_int_equal(cg_verifier_rules_attempt(&policy, T0 + 63, &v),
			 CG_OFFLINE_OK);
	assert_int_equal(v.n_failures, 1);
	assert_int_equal(v.locked_until, 0);
	cg_verifier_rules_succeed(&v);
	assert_int_equal(v.n_failures, 0);
	assert_int_equal(v.last_use, T0 + 63);
}

static void a_clock_that_is_set_back_gains_nothing(void **state)
{
	struct cg_verifier v = at_t0();

	(void)state;
	v.last_seen = T0 + 990;
	assert_int_equal(cg_verifier_rules_attempt(&policy, 5, &v),
			 CG_OFFLINE_OK);
	assert_int_equal(v.last_seen, T0 + 990);
	v.locked_until = T0 + 995;
	assert_int_equal(cg_verifier_rules_attempt(&policy, 5, &v),
			 CG_OFFLINE_LOCKED);
	v.last_seen = T0 + 1000;
	assert_int_equal(cg_verifier_rules_attempt(&policy, 5, &v),
			 CG_OFFLINE_EXPIRED);
}

static void a_verifier_ends_with_its_age_unless_there_is_no_limit(void **state)
{
	struct cg_verifier_policy forever = policy;
	struct cg_verifier v = at_t0();

	(void)state;
	forever.max_age_s = 0;
	assert_int_equal(cg_verifier_rules_attempt(&policy, T0 + 999, &v),
			 CG_OFFLINE_OK);
	assert_int_equal(cg_verifier_rules_attempt(&policy, T0 + 1000, &v),
			 CG_OFFLINE_EXPIRED);
	assert_int_equal(v.n_failures, 1);
	assert_int_equal(cg_verifier_rules_attempt(&forever, T0 << 10, &v),
			 CG_OFFLINE_OK);
	assert_int_equal(cg_verifier_rules_expires(&policy, &v), T0 + 1000);
	assert_int_equal(cg_verifier_rules_expires(&forever, &v), 0);
}

static enum cg_status seen(struct cg_verifier_rows *rows, uint32_t uid,
			   uint64_t version, uint8_t tag)
{
	const uint8_t record[4] = { 0, 0, 0, tag };
	const struct cg_verifier v = { .uid = uid, .version = version };

	return cg_verifier_rules_seen(rows, &v, (struct cg_bytes){
		record, sizeof(record) });
}

static void a_new_version_is_above_all_that_were_seen(void **state)
{
	struct cg_verifier_rows *rows = calloc(1, sizeof(*rows));

	(void)state;
	assert_non_null(rows);
	assert_int_equal(cg_verifier_rules_version(rows, 5, 100), 100 << 8);
	assert_int_equal(seen(rows, 5, 100 << 8, 1), CG_OK);
	assert_int_equal(seen(rows, 5, 100 << 8, 1), CG_OK);
	assert_int_equal(seen(rows, 5, 100 << 8, 2), CG_E_DENIED);
	assert_int_equal(seen(rows, 5, (100 << 8) - 1, 1), CG_E_DENIED);
	assert_int_equal(seen(rows, 5, 1 << 20, 1), CG_OK);
	assert_int_equal(seen(rows, 6, 1, 1), CG_OK);
	assert_int_equal(cg_verifier_rules_version(rows, 5, 100),
			 (1 << 20) + 1);
	free(rows);
}

static void more_uids_than_there_is_room_for_are_refused(void **state)
{
	struct cg_verifier_rows *rows = calloc(1, sizeof(*rows));

	(void)state;
	assert_non_null(rows);
	for (uint32_t i = 0; i < CG_VERIFIER_ROWS; i++) {
		assert_int_equal(seen(rows, i, 1, 1), CG_OK);
	}
	assert_int_equal(seen(rows, CG_VERIFIER_ROWS, 1, 1), CG_E_LIMIT);
	assert_int_equal(seen(rows, CG_VERIFIER_ROWS - 1, 2, 1), CG_OK);
	/* The file may say anything. */
	rows->n = UINT64_MAX;
	assert_int_equal(seen(rows, UINT32_MAX, 1, 1), CG_E_LIMIT);
	assert_int_equal(cg_verifier_rules_version(rows, UINT32_MAX, 1), 256);
	free(rows);
}

static void without_a_key_there_is_no_offline_logon(void **state)
{
	const struct cg_make_verifier_salt_in none = { 0 };
	struct cg_make_verifier_salt_out got;
	struct session *s = session_ready();

	(void)state;
	(void)sign_in(s, UID);
	cg_sealer_close(s->vault.sealer);
	assert_int_equal(cg_sealer_open(&s->vault.sealer), CG_OK);
	assert_int_equal(call_make_verifier_salt(s, &none, &got),
			 CG_E_DENIED);
	refuse_new(s, request(), mark, CG_E_DENIED);
	session_free(s);
}

static void salts_differ_and_tell_the_cost(void **state)
{
	const struct cg_make_verifier_salt_in none = { 0 };
	struct cg_make_verifier_salt_out got;
	uint8_t first[CG_SALT_LEN];
	struct session *s = session_ready();

	(void)state;
	assert_int_equal(call_make_verifier_salt(s, &none, &got), CG_OK);
	assert_int_equal(got.salt.len, CG_SALT_LEN);
	assert_true(got.log_n == 14 && got.r == 8 && got.p == 1);
	memcpy(first, got.salt.data, sizeof(first));
	assert_int_equal(call_make_verifier_salt(s, &none, &got), CG_OK);
	assert_memory_not_equal(first, got.salt.data, sizeof(first));
	session_free(s);
}

static void secrets_are_equal_only_as_a_whole(void **state)
{
	struct cg_secret *a = secret_of(proof, sizeof(proof));

	(void)state;
	for (size_t i = 0; i <= sizeof(proof); i++) {
		uint8_t copy[sizeof(proof)];
		struct cg_secret *b = NULL;

		memcpy(copy, proof, sizeof(copy));
		if (i < sizeof(copy)) {
			copy[i] ^= 0x80;
		}
		b = secret_of(copy, sizeof(copy));
		assert_int_equal(cg_secret_equal(a, b), i == sizeof(proof));
		cg_secret_forget(&b);
		b = secret_of(proof, sizeof(proof) - (i < 31 ? i + 1 : 1));
		assert_false(cg_secret_equal(a, b));
		cg_secret_forget(&b);
	}
	cg_secret_forget(&a);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_right_proof_is_right_and_no_other),
		cmocka_unit_test(no_byte_of_a_record_may_change),
		cmocka_unit_test(a_record_is_of_one_uid_and_one_machine),
		cmocka_unit_test(the_mac_binds_everything_that_names_the_user),
		cmocka_unit_test(
			only_the_password_of_a_verified_logon_is_taken),
		cmocka_unit_test(a_proof_alone_makes_no_verifier),
		cmocka_unit_test(of_each_stored_attempt_there_is_one_guess),
		cmocka_unit_test(
			after_a_guess_the_records_before_it_are_refused),
		cmocka_unit_test(a_crash_between_the_steps_shuts_nobody_out),
		cmocka_unit_test(three_wrong_ones_lock),
		cmocka_unit_test(
			the_lock_ends_with_its_time_and_counting_begins_anew),
		cmocka_unit_test(a_clock_that_is_set_back_gains_nothing),
		cmocka_unit_test(
			a_verifier_ends_with_its_age_unless_there_is_no_limit),
		cmocka_unit_test(a_new_version_is_above_all_that_were_seen),
		cmocka_unit_test(more_uids_than_there_is_room_for_are_refused),
		cmocka_unit_test(without_a_key_there_is_no_offline_logon),
		cmocka_unit_test(salts_differ_and_tell_the_cost),
		cmocka_unit_test(secrets_are_equal_only_as_a_whole),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
