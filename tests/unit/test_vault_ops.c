/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What holds for every operation: its phase, its exact length, its header,
 * and that handles of nothing are answered and not fatal. */
#include "tests/unit/vault_session.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "idl/limits.h"

#define UID 1000U

/* One legal request of each operation, its arrays not empty. */
static const uint8_t some[100] = { 1, 2, 3 };
#define BYTES { some, sizeof(some) }

static const struct cg_import_birth_in import_birth = {
	.version = CG_WIRE_VERSION, .clock_skew_s = 300,
	.max_entries_per_uid = 1, .max_entries = 1,
	.offline_max_failures = 3, .offline_lockout_s = 60,
	.scrypt_log_n = 14, .scrypt_r = 8, .scrypt_p = 1 };
static const struct cg_hello_in hello = { .version = CG_WIRE_VERSION };
static const struct cg_import_password_in import_password = {
	.uid = UID, .client = BYTES, .sealed = BYTES };
static const struct cg_make_as_req_in make_as_req = { .uid = UID };
static const struct cg_absorb_as_rep_in absorb_as_rep = {
	.uid = UID, .reply = BYTES };
static const struct cg_make_tgs_req_in make_tgs_req = {
	.uid = UID, .server = BYTES };
static const struct cg_absorb_tgs_rep_in absorb_tgs_rep = {
	.uid = UID, .reply = BYTES };
static const struct cg_import_ticket_in import_ticket = {
	.uid = UID, .client = BYTES, .server = BYTES, .ticket = BYTES,
	.session_key = { some, 32 } };
static const struct cg_list_entry_in list_entry = { .uid = UID };
static const struct cg_list_usage_in list_usage = { 0 };
static const struct cg_forget_entry_in forget_entry = { .uid = UID };
static const struct cg_forget_uid_in forget_uid = { .uid = UID };
static const struct cg_make_ntlm_response_in make_ntlm_response = {
	.uid = UID, .negotiate = BYTES, .challenge = BYTES, .target = BYTES,
	.channel_bindings = { some, 16 } };
static const struct cg_make_ntlm_authenticate_in make_ntlm_authenticate = {
	.uid = UID, .negotiate = BYTES, .challenge = BYTES };
static const struct cg_import_machine_key_in import_machine_key = {
	.kvno = 1, .enctype = 18, .server = BYTES,
	.machine_key = { some, 32 } };
static const struct cg_unseal_machine_key_in unseal_machine_key = {
	.sealed = BYTES };
static const struct cg_make_kpasswd_req_in make_kpasswd_req = {
	.uid = UID, .client = BYTES, .sealed_old = BYTES,
	.sealed_new = BYTES };
static const struct cg_absorb_kpasswd_rep_in absorb_kpasswd_rep = {
	.uid = UID, .local = { some, 4 }, .reply = BYTES };

static const struct cg_make_verifier_salt_in make_verifier_salt = { 0 };
static const struct cg_seal_verifier_in seal_verifier = {
	.uid = UID, .client = BYTES, .sid = BYTES, .domain = BYTES,
	.salt = { some, 32 }, .sealed = BYTES };
static const struct cg_list_verifier_in list_verifier = {
	.uid = UID, .record = BYTES };
static const struct cg_make_verifier_attempt_in make_verifier_attempt = {
	.uid = UID, .record = BYTES };
static const struct cg_check_verifier_in check_verifier = {
	.uid = UID, .record = BYTES, .sealed = BYTES };

struct sample {
	const char *name;
	enum cg_phase phase;
	uint8_t message[1024];
	size_t len;
};

static struct sample samples[CG_OP_COUNT];

#define MAKE_SAMPLE(upper, what, ph) \
static void sample_##what(void) \
{ \
	struct sample *s = &samples[CG_OP_##upper]; \
	struct cg_writer w = cg_writer_of(s->message, sizeof(s->message)); \
	const struct cg_header h = { .op = CG_OP_##upper, .id = 0xabcdef01 }; \
 \
	s->name = #what; \
	s->phase = CG_PHASE_##ph; \
	assert_int_equal(cg_push_header(&w, &h), CG_OK); \
	assert_int_equal(cg_push_##what##_in(&w, &what), CG_OK); \
	assert_int_equal(cg_writer_finish(&w, &s->len), CG_OK); \
}
CG_VAULT_OPS(MAKE_SAMPLE)
#undef MAKE_SAMPLE

static int make_samples(void **state)
{
	(void)state;
#define CALL_SAMPLE(upper, what, ph) sample_##what();
	CG_VAULT_OPS(CALL_SAMPLE)
#undef CALL_SAMPLE
	return 0;
}

static struct session *session_in(enum cg_phase phase)
{
	return phase == CG_PHASE_NEW ? session_new()
	       : phase == CG_PHASE_BORN ? session_born() : session_ready();
}

static void each_operation_is_legal_in_its_own_phase_only(void **state)
{
	(void)state;
	for (unsigned int ph = CG_PHASE_NEW; ph <= CG_PHASE_READY; ph++) {
		struct session *s = session_in((enum cg_phase)ph);

		for (size_t op = 0; op < CG_OP_COUNT; op++) {
			const struct sample *m = &samples[op];
			enum cg_status want = m->phase == (enum cg_phase)ph
						      ? CG_OK : CG_E_PROTO;
			enum cg_phase before = s->vault.phase;

			if (session_send(s, (struct cg_bytes){
					m->message, m->len }) != want) {
				fail_msg("%s in phase %u", m->name, ph);
			}
			s->vault.phase = before;
		}
		session_free(s);
	}
}

static void only_the_whole_message_of_each_operation_is_taken(void **state)
{
	(void)state;
	for (size_t op = 0; op < CG_OP_COUNT; op++) {
		const struct sample *m = &samples[op];
		struct session *s = session_in(m->phase);

		/* The samples end in zeros: the byte too many is one. */
		for (size_t n = 0; n <= m->len + 8; n++) {
			enum cg_status want = n == m->len ? CG_OK
							  : CG_E_PROTO;

			if (session_send(s, (struct cg_bytes){
					m->message, n }) != want) {
				fail_msg("%s cut to %zu", m->name, n);
			}
			s->vault.phase = m->phase;
		}
		session_free(s);
	}
}

static void what_is_cut_has_no_effect(void **state)
{
	struct session *s = session_new();
	const struct sample *birth = &samples[CG_OP_IMPORT_BIRTH];

	(void)state;
	for (size_t n = 0; n < birth->len; n++) {
		assert_int_equal(session_send(s, (struct cg_bytes){
			birth->message, n }), CG_E_PROTO);
		assert_int_equal(s->vault.phase, CG_PHASE_NEW);
		assert_int_equal(s->vault.store.max_entries, 0);
	}
	session_free(s);
}

static void an_unknown_operation_ends_the_vault(void **state)
{
	static const uint32_t unknown[] = { CG_OP_COUNT, CG_OP_COUNT + 1, 255,
					    65536, 0x7fffffff, 0x80000000,
					    UINT32_MAX };
	struct session *s = session_ready();

	(void)state;
	for (size_t i = 0; i < sizeof(unknown) / sizeof(unknown[0]); i++) {
		const struct cg_header h = { .op = unknown[i] };
		uint8_t message[CG_HEADER_LEN];
		struct cg_writer w = cg_writer_of(message, sizeof(message));

		assert_int_equal(cg_push_header(&w, &h), CG_OK);
		assert_int_equal(session_send(s, (struct cg_bytes){
			message, sizeof(message) }), CG_E_PROTO);
	}
	session_free(s);
}

static void a_request_with_a_status_or_detail_ends_the_vault(void **state)
{
	struct session *s = session_ready();
	struct sample *m = &samples[CG_OP_LIST_USAGE];

	(void)state;
	for (size_t i = 8; i < CG_HEADER_LEN; i++) {
		m->message[i] = 1;
		assert_int_equal(session_send(s, (struct cg_bytes){
			m->message, m->len }), CG_E_PROTO);
		m->message[i] = 0;
	}
	assert_int_equal(session_send(s, (struct cg_bytes){
		m->message, m->len }), CG_OK);
	session_free(s);
}

static void birth_and_hello_happen_once_and_in_order(void **state)
{
	struct session *s = session_new();
	struct cg_import_birth_out born;
	struct cg_hello_out greeted;

	(void)state;
	assert_int_equal(call_hello(s, &hello, &greeted), CG_E_PROTO);
	assert_int_equal(call_import_birth(s, &import_birth, &born), CG_OK);
	assert_int_equal(born.version, CG_WIRE_VERSION);
	assert_int_equal(call_import_birth(s, &import_birth, &born),
			 CG_E_PROTO);
	assert_int_equal(call_hello(s, &hello, &greeted), CG_OK);
	assert_int_equal(greeted.version, CG_WIRE_VERSION);
	assert_int_equal(call_hello(s, &hello, &greeted), CG_E_PROTO);
	assert_int_equal(call_import_birth(s, &import_birth, &born),
			 CG_E_PROTO);
	session_free(s);
}

static void another_version_is_refused_and_opens_nothing(void **state)
{
	struct cg_import_birth_in birth = import_birth;
	struct cg_hello_in other = hello;
	struct cg_import_birth_out born;
	struct cg_hello_out greeted;
	struct session *s = session_new();

	(void)state;
	birth.version++;
	other.version++;
	assert_int_equal(call_import_birth(s, &birth, &born), CG_E_INVALID);
	assert_int_equal(s->vault.phase, CG_PHASE_NEW);
	assert_int_equal(call_import_birth(s, &import_birth, &born), CG_OK);
	assert_int_equal(call_hello(s, &other, &greeted), CG_E_INVALID);
	assert_int_equal(s->vault.phase, CG_PHASE_BORN);
	session_free(s);
}

static void a_policy_outside_its_bounds_ends_the_vault(void **state)
{
	/* offset of a uint32 in import_birth, and a value it may not have */
	static const struct {
		size_t at;
		uint32_t value;
	} bad[] = {
		{ 20, 3601 }, { 20, UINT32_MAX },
		{ 24, 0 }, { 24, 65537 }, { 24, UINT32_MAX },
		{ 28, 0 }, { 28, 1048577 }, { 28, UINT32_MAX },
	};
	struct session *s = session_new();

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		struct sample m = samples[CG_OP_IMPORT_BIRTH];
		struct cg_writer w = cg_writer_of(m.message + bad[i].at, 4);

		cg_writer_u32(&w, bad[i].value);
		assert_int_equal(session_send(s, (struct cg_bytes){
			m.message, m.len }), CG_E_PROTO);
	}
	session_free(s);
}

static void handles_of_nothing_are_not_found(void **state)
{
	static const uint64_t handles[] = { 0, 1, 2, (uint64_t)1 << 63,
					    ((uint64_t)1 << 63) + 1,
					    UINT64_MAX };
	struct session *s = session_ready();

	(void)state;
	for (size_t i = 0; i < sizeof(handles) / sizeof(handles[0]); i++) {
		struct cg_handle none = { handles[i] };
		struct cg_make_as_req_in as = make_as_req;
		struct cg_absorb_as_rep_in as_rep = absorb_as_rep;
		struct cg_make_tgs_req_in tgs = make_tgs_req;
		struct cg_absorb_tgs_rep_in tgs_rep = absorb_tgs_rep;
		struct cg_forget_entry_in forget = forget_entry;
		struct cg_make_as_req_out as_out;
		struct cg_absorb_as_rep_out as_rep_out;
		struct cg_make_tgs_req_out tgs_out;
		struct cg_absorb_tgs_rep_out tgs_rep_out;
		struct cg_forget_entry_out forget_out;

		as.password = none;
		as_rep.exchange = none;
		tgs.tgt = none;
		tgs_rep.exchange = none;
		forget.handle = none;
		assert_int_equal(call_make_as_req(s, &as, &as_out),
				 CG_E_NOT_FOUND);
		assert_int_equal(call_absorb_as_rep(s, &as_rep, &as_rep_out),
				 CG_E_NOT_FOUND);
		assert_int_equal(call_make_tgs_req(s, &tgs, &tgs_out),
				 CG_E_NOT_FOUND);
		assert_int_equal(call_absorb_tgs_rep(s, &tgs_rep,
						     &tgs_rep_out),
				 CG_E_NOT_FOUND);
		assert_int_equal(call_forget_entry(s, &forget, &forget_out),
				 handles[i] == 0 ? CG_E_INVALID
						 : CG_E_NOT_FOUND);
	}
	session_free(s);
}

static void a_reserved_field_must_be_zero(void **state)
{
	struct cg_list_usage_in in = { .reserved = 1 };
	struct cg_list_usage_out out;
	struct session *s = session_ready();

	(void)state;
	assert_int_equal(call_list_usage(s, &in, &out), CG_E_INVALID);
	in.reserved = 0;
	assert_int_equal(call_list_usage(s, &in, &out), CG_OK);
	assert_int_equal(out.n_entries, 0);
	assert_int_equal(out.n_exchanges, 0);
	session_free(s);
}

static void what_cannot_be_unsealed_stores_nothing(void **state)
{
	struct cg_import_password_out out;
	struct session *s = session_ready();

	(void)state;
	assert_int_equal(call_import_password(s, &import_password, &out),
			 CG_E_CRYPTO);
	assert_int_equal(s->vault.store.n_entries, 0);
	session_free(s);
}

static size_t used;

static size_t used_as_told(void)
{
	return used;
}

/* libkrb5 does not survive every malloc that fails. */
static void when_the_arena_is_three_quarters_full_nothing_begins(void **state)
{
	struct session *s = session_ready();
	struct cg_import_ticket_out ticket;
	struct cg_import_password_out password;
	struct cg_make_as_req_out as;
	struct cg_make_tgs_req_out tgs;
	struct cg_absorb_tgs_rep_out absorbed;
	struct cg_list_usage_out usage;
	struct cg_forget_uid_out gone;

	(void)state;
	s->vault.arena_used = used_as_told;
	s->vault.arena_size = 4096;
	used = 3073;
	assert_int_equal(call_import_ticket(s, &import_ticket, &ticket),
			 CG_E_LIMIT);
	assert_int_equal(call_import_password(s, &import_password, &password),
			 CG_E_LIMIT);
	assert_int_equal(call_make_as_req(s, &make_as_req, &as), CG_E_LIMIT);
	assert_int_equal(call_make_tgs_req(s, &make_tgs_req, &tgs),
			 CG_E_LIMIT);
	/* What has begun may end. */
	assert_int_equal(call_absorb_tgs_rep(s, &absorb_tgs_rep, &absorbed),
			 CG_E_NOT_FOUND);
	assert_int_equal(call_list_usage(s, &list_usage, &usage), CG_OK);
	assert_int_equal(usage.arena_used, 3073);
	assert_int_equal(usage.arena_size, 4096);
	assert_int_equal(call_forget_uid(s, &forget_uid, &gone), CG_OK);
	used = 3072;
	assert_int_equal(call_import_ticket(s, &import_ticket, &ticket),
			 CG_E_INVALID);
	session_free(s);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			each_operation_is_legal_in_its_own_phase_only),
		cmocka_unit_test(
			only_the_whole_message_of_each_operation_is_taken),
		cmocka_unit_test(what_is_cut_has_no_effect),
		cmocka_unit_test(an_unknown_operation_ends_the_vault),
		cmocka_unit_test(
			a_request_with_a_status_or_detail_ends_the_vault),
		cmocka_unit_test(birth_and_hello_happen_once_and_in_order),
		cmocka_unit_test(another_version_is_refused_and_opens_nothing),
		cmocka_unit_test(a_policy_outside_its_bounds_ends_the_vault),
		cmocka_unit_test(handles_of_nothing_are_not_found),
		cmocka_unit_test(a_reserved_field_must_be_zero),
		cmocka_unit_test(what_cannot_be_unsealed_stores_nothing),
		cmocka_unit_test(
			when_the_arena_is_three_quarters_full_nothing_begins),
	};

	return cmocka_run_group_tests(tests, make_samples, NULL);
}
