/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the birth pack's rules change about Kerberos: tickets in a user's name
 * (S4U2Proxy) and the exception for RC4. The KDC lies where it can. */
#include "tests/unit/tgs_session.h"

#include <krb5.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>

#include <cmocka.h>

#include "idl/policy.h"

#define BOB ("bob" HOME)
#define BACK_END ("http/fs1.example.test" HOME)
#define OTHER_END ("cifs/fs1.example.test" HOME)

struct rule {
	uint8_t protocols;
	uint8_t flags;
	const char *users;
	const char *targets;
};

/* The vault is born with none; it takes these as if it had been with them. */
static void be_ruled(struct tgs_session *f, const struct rule *rules, size_t n)
{
	static uint8_t buffer[1024];
	struct cg_writer w = cg_writer_of(buffer, sizeof(buffer));
	size_t len = 0;

	for (size_t i = 0; i < n; i++) {
		const char *lists[] = { "rule", rules[i].users, "",
					rules[i].targets };

		cg_writer_u8(&w, rules[i].protocols);
		cg_writer_u8(&w, rules[i].flags);
		for (size_t j = 0; j < 4; j++) {
			cg_writer_counted_be(&w, (struct cg_bytes){
				(const uint8_t *)lists[j], strlen(lists[j]) });
		}
	}
	assert_int_equal(cg_writer_finish(&w, &len), CG_OK);
	f->s->vault.policy = (struct cg_bytes){ buffer, len };
	assert_int_equal(cg_policy_check(f->s->vault.policy), CG_OK);
}

static int teardown(void **state)
{
	struct tgs_session *f = *state;

	f->s->vault.policy = (struct cg_bytes){ 0 };
	return tgs_session_teardown(state);
}

static void allow_back_end(struct tgs_session *f)
{
	static const struct rule rule = {
		CG_POLICY_DELEGATION, CG_POLICY_ALLOW, "",
		"http/fs1.example.test" };

	be_ruled(f, &rule, 1);
}

/* A ticket, which is all that the vault sees of it. */
static struct cg_bytes evidence_of(struct tgs_session *f)
{
	static uint8_t copy[1024];
	size_t len;

	assert_int_equal(tgs_ask(f, SERVICE, &tgs_truth), CG_OK);
	len = f->out.ticket.len;
	assert_true(len > 0 && len <= sizeof(copy));
	memcpy(copy, f->out.ticket.data, len);
	return (struct cg_bytes){ copy, len };
}

static enum cg_status delegate(struct tgs_session *f, const char *server,
			       const struct lie *lie)
{
	enum cg_status st = tgs_make_for(f, server, evidence_of(f));

	return st == CG_OK ? tgs_go_on(f, lie) : st;
}

/* Whatever the broker says: it is not asked. */
static void a_refused_target_gets_no_ticket(void **state)
{
	struct tgs_session *f = *state;
	static const struct rule rules[] = {
		{ CG_POLICY_KERBEROS, 0, "", "cifs/*" },
		{ CG_POLICY_KERBEROS, 0, "bob@*", "" },
		{ CG_POLICY_KERBEROS, CG_POLICY_TRIAL, "", "host/*" },
	};

	be_ruled(f, rules, 3);
	assert_int_equal(tgs_make(f, OTHER_END), CG_E_DENIED);
	assert_int_equal(f->s->vault.exchanges.n, 0);
	/* Asked for by another name, and given by the one that counts. */
	assert_int_equal(tgs_ask(f, SERVICE, &(struct lie){
		.inner = OTHER_END }), CG_E_DENIED);
	tgs_expect_nothing(f);
	assert_int_equal(tgs_ask(f, SERVICE, &tgs_truth), CG_OK);
	/* A TGT is renewed whatever the rules are about. */
	be_ruled(f, &(struct rule){ CG_POLICY_KERBEROS, 0, "", "" }, 1);
	assert_int_equal(tgs_make(f, NULL), CG_OK);
	assert_int_equal(tgs_make(f, SERVICE), CG_E_DENIED);
}

static void in_a_users_name_only_by_a_rule(void **state)
{
	struct tgs_session *f = *state;
	const struct lie truth = { .client = BOB };
	static const struct rule rules[] = {
		{ CG_POLICY_DELEGATION, CG_POLICY_ALLOW, "", "ldap/*" },
		{ CG_POLICY_KERBEROS | CG_POLICY_NTLM, CG_POLICY_ALLOW, "",
		  "" },
		{ CG_POLICY_DELEGATION, CG_POLICY_ALLOW, "bob@*", "" },
		{ CG_POLICY_DELEGATION, 0, "", "http/*" },
		{ CG_POLICY_DELEGATION, CG_POLICY_ALLOW, "", "" },
	};

	assert_int_equal(delegate(f, BACK_END, &truth), CG_E_DENIED);
	for (size_t n = 1; n < 5; n++) {
		be_ruled(f, rules, n);
		assert_int_equal(delegate(f, BACK_END, &truth), CG_E_DENIED);
	}
	be_ruled(f, rules, 5);
	assert_int_equal(delegate(f, BACK_END, &truth), CG_E_DENIED);
	assert_int_equal(delegate(f, OTHER_END, &truth), CG_OK);
	assert_int_equal(f->s->vault.exchanges.n, 0);
}

static void a_rule_lets_the_users_ticket_leave(void **state)
{
	struct tgs_session *f = *state;

	allow_back_end(f);
	assert_int_equal(delegate(f, BACK_END, &(struct lie){
		.client = BOB }), CG_OK);
	tgs_expect_name(f->out.client, BOB);
	tgs_expect_name(f->out.server, BACK_END);
	tgs_expect_key(f);
	assert_int_equal(f->s->vault.store.n_entries, 1);
}

/* [MS-SFU] 3.1.5.2.1, [MS-KILE] 2.2.10 */
static void the_request_shows_the_evidence(void **state)
{
	struct tgs_session *f = *state;
	const krb5_pa_data *options = NULL;
	const krb5_kdc_req *req = NULL;

	allow_back_end(f);
	assert_int_equal(delegate(f, BACK_END, &(struct lie){
		.client = BOB }), CG_OK);
	req = f->kdc->request;
	assert_int_equal(req->kdc_options, KDC_OPT_CANONICALIZE |
						   KDC_OPT_CNAME_IN_ADDL_TKT);
	assert_non_null(req->second_ticket);
	assert_non_null(req->second_ticket[0]);
	assert_null(req->second_ticket[1]);
	assert_int_equal(f->kdc->n_padata, 2);
	options = req->padata[1];
	assert_int_equal(options->pa_type, KRB5_PADATA_PAC_OPTIONS);
	assert_int_equal(options->length, 11);
	/* The first of 32 bits is the highest: bit 3. */
	assert_int_equal(options->contents[7], 0x10);
	/* Nothing of it is in an ordinary request. */
	assert_int_equal(tgs_ask(f, SERVICE, &tgs_truth), CG_OK);
	assert_null(f->kdc->request->second_ticket);
	assert_int_equal(f->kdc->n_padata, 1);
}

static void a_kdc_that_gives_another_ticket_gives_none(void **state)
{
	static const struct {
		struct lie lie;
		enum cg_status want;
	} lies[] = {
		/* In the service's own name, and who knows for what. */
		{ { .client = CLIENT }, CG_E_KRB5 },
		{ { .client = BOB, .inner = OTHER_END }, CG_E_DENIED },
		{ { .client = BOB, .inner = TGT }, CG_E_DENIED },
		{ { .client = BOB, .inner = REFERRAL }, CG_E_DENIED },
		{ { .client = BOB, .inner = "kadmin/changepw" HOME },
		  CG_E_DENIED },
		{ { .client = BOB, .inner = AWAY_SERVICE }, CG_E_KRB5 },
		{ { .client = BOB, .enctype = ENCTYPE_ARCFOUR_HMAC },
		  CG_E_DENIED },
		{ { .client = BOB, .add_to_nonce = 1 }, CG_E_KRB5 },
	};
	struct tgs_session *f = *state;

	allow_back_end(f);
	for (size_t i = 0; i < sizeof(lies) / sizeof(lies[0]); i++) {
		assert_int_equal(delegate(f, BACK_END, &lies[i].lie),
				 lies[i].want);
		tgs_expect_nothing(f);
		assert_int_equal(f->s->vault.store.n_entries, 1);
	}
}

static void the_way_to_another_realm_is_not_gone(void **state)
{
	static const struct rule all = { CG_POLICY_ALL, CG_POLICY_ALLOW, "",
					 "" };
	struct tgs_session *f = *state;

	be_ruled(f, &all, 1);
	assert_int_equal(delegate(f, AWAY_SERVICE, &tgs_truth), CG_E_DENIED);
	assert_int_equal(delegate(f, BACK_END, &(struct lie){
		.client = BOB, .inner = REFERRAL }), CG_E_DENIED);
	assert_int_equal(tgs_make_for(f, NULL, evidence_of(f)), CG_E_DENIED);
	assert_int_equal(f->s->vault.exchanges.n, 0);
}

static void what_is_no_ticket_is_no_evidence(void **state)
{
	struct tgs_session *f = *state;
	struct cg_bytes ticket;

	allow_back_end(f);
	ticket = evidence_of(f);
	for (size_t len = 1; len < ticket.len; len++) {
		assert_int_equal(tgs_make_for(f, BACK_END, (struct cg_bytes){
			ticket.data, len }), CG_E_KRB5);
		assert_int_equal(f->s->vault.exchanges.n, 0);
	}
}

static void rc4(struct tgs_session *f, const char *targets)
{
	const struct rule rule = { CG_POLICY_KERBEROS,
				   CG_POLICY_ALLOW | CG_POLICY_RC4, "",
				   targets };

	be_ruled(f, &rule, 1);
}

static bool asks_for_rc4(const struct tgs_session *f)
{
	const krb5_kdc_req *req = f->kdc->request;
	bool found = false;

	for (int i = 0; i < req->nktypes; i++) {
		found |= req->ktype[i] == ENCTYPE_ARCFOUR_HMAC;
	}
	return found;
}

static const struct lie rc4_ticket = {
	.ticket_enctype = ENCTYPE_ARCFOUR_HMAC };
static const struct lie rc4_key = { .enctype = ENCTYPE_ARCFOUR_HMAC };
static const struct lie rc4_both = { .enctype = ENCTYPE_ARCFOUR_HMAC,
				     .ticket_enctype = ENCTYPE_ARCFOUR_HMAC };

static void without_a_rule_rc4_is_neither_asked_for_nor_taken(void **state)
{
	struct tgs_session *f = *state;

	assert_int_equal(tgs_ask(f, SERVICE, &tgs_truth), CG_OK);
	assert_int_equal(f->out.rc4, 0);
	assert_false(asks_for_rc4(f));
	assert_int_equal(tgs_ask(f, SERVICE, &rc4_ticket), CG_E_KRB5);
	assert_int_equal((int32_t)f->s->detail, KRB5KDC_ERR_ETYPE_NOSUPP);
	tgs_expect_nothing(f);
	assert_int_equal(tgs_ask(f, SERVICE, &rc4_key), CG_E_DENIED);
	tgs_expect_nothing(f);
	rc4(f, "cifs/*");
	assert_int_equal(tgs_ask(f, SERVICE, &rc4_ticket), CG_E_KRB5);
	assert_false(asks_for_rc4(f));
	tgs_expect_nothing(f);
}

static void a_rule_lets_rc4_for_its_target_leave_and_tells(void **state)
{
	static const struct lie *const lies[] = { &rc4_ticket, &rc4_key,
						  &rc4_both };
	struct tgs_session *f = *state;

	rc4(f, "cifs/*, host/fs1.example.test");
	for (size_t i = 0; i < 3; i++) {
		assert_int_equal(tgs_ask(f, SERVICE, lies[i]), CG_OK);
		assert_true(asks_for_rc4(f));
		assert_int_equal(f->out.rc4, 1);
		tgs_expect_key(f);
	}
	/* AES stays what it is, and comes first. */
	assert_int_equal(tgs_ask(f, SERVICE, &tgs_truth), CG_OK);
	assert_int_equal(f->out.rc4, 0);
	assert_int_equal(f->kdc->request->ktype[0],
			 ENCTYPE_AES256_CTS_HMAC_SHA1_96);
}

static void the_decrypted_name_decides_about_rc4(void **state)
{
	struct tgs_session *f = *state;
	struct lie lie = rc4_both;

	rc4(f, "host/fs1.example.test");
	lie.inner = OTHER_END;
	assert_int_equal(tgs_ask(f, SERVICE, &lie), CG_E_KRB5);
	tgs_expect_nothing(f);
	lie.ticket_enctype = 0;
	assert_int_equal(tgs_ask(f, SERVICE, &lie), CG_E_DENIED);
	tgs_expect_nothing(f);
}

static void no_rule_makes_des_or_the_key_of_a_tgt_weak(void **state)
{
	static const krb5_enctype never[] = { ENCTYPE_DES3_CBC_SHA1,
					      ENCTYPE_ARCFOUR_HMAC_EXP };
	struct tgs_session *f = *state;
	struct lie lie = { .enctype = ENCTYPE_ARCFOUR_HMAC,
			   .inner = REFERRAL };

	rc4(f, "");
	for (size_t i = 0; i < 2; i++) {
		assert_int_equal(tgs_ask(f, SERVICE, &(struct lie){
			.ticket_enctype = never[i] }), CG_E_KRB5);
		assert_int_equal(tgs_ask(f, SERVICE, &(struct lie){
			.enctype = never[i] }), CG_E_DENIED);
		tgs_expect_nothing(f);
	}
	/* 1 to 3, of which libkrb5 has no keys any more. */
	for (krb5_enctype des = 1; des < 4; des++) {
		assert_int_equal(tgs_ask(f, SERVICE, &(struct lie){
			.ticket_enctype = des }), CG_E_KRB5);
		tgs_expect_nothing(f);
	}
	assert_int_equal(tgs_ask(f, SERVICE, &lie), CG_E_DENIED);
	tgs_expect_nothing(f);
	assert_int_equal(f->s->vault.store.n_entries, 1);
}

static void a_protected_user_has_no_rc4(void **state)
{
	struct tgs_session *f = *state;

	rc4(f, "");
	f->s->vault.store.first->is_protected = true;
	assert_int_equal(tgs_ask(f, SERVICE, &rc4_both), CG_E_KRB5);
	assert_false(asks_for_rc4(f));
	tgs_expect_nothing(f);
	assert_int_equal(tgs_ask(f, SERVICE, &tgs_truth), CG_OK);
}

#define TEST(fn) cmocka_unit_test_setup_teardown( \
		fn, tgs_session_setup, teardown)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_refused_target_gets_no_ticket),
		TEST(in_a_users_name_only_by_a_rule),
		TEST(a_rule_lets_the_users_ticket_leave),
		TEST(the_request_shows_the_evidence),
		TEST(a_kdc_that_gives_another_ticket_gives_none),
		TEST(the_way_to_another_realm_is_not_gone),
		TEST(what_is_no_ticket_is_no_evidence),
		TEST(without_a_rule_rc4_is_neither_asked_for_nor_taken),
		TEST(a_rule_lets_rc4_for_its_target_leave_and_tells),
		TEST(the_decrypted_name_decides_about_rc4),
		TEST(no_rule_makes_des_or_the_key_of_a_tgt_weak),
		TEST(a_protected_user_has_no_rc4),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
