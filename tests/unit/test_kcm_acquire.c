/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The KCM operations that ask the vault: RETRIEVE, STORE and REPLACE, and that
 * no operation shows what the vault keeps. */
#include "isolated-helper/broker/kcm.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>
#include <krb5.h>

#include "isolated-helper/broker/ccache_collection.h"
#include "isolated-helper/broker/ccache_match.h"
#include "isolated-helper/broker/ccache_princ.h"
#include "tests/unit/kcm_fixture.h"

#define CODE(code) ((uint32_t)(code))

static size_t n_tickets(const struct kcm_fixture *f)
{
	return cg_ccaches_count(f->all).tickets;
}

static void take_reply_cred(struct kcm_fixture *f, struct kcm_seen *out)
{
	kcm_take_cred(&f->reply, out);
	assert_int_equal(cg_reader_finish(&f->reply), CG_OK);
}

static void a_service_ticket_is_fetched_once(void **state)
{
	struct kcm_fixture *f = *state;
	struct kcm_seen seen;

	kcm_sign_in(f);
	for (int i = 0; i < 3; i++) {
		assert_int_equal(kcm_retrieve(f, UID, "1000", CIFS), 0);
		take_reply_cred(f, &seen);
		assert_int_equal(seen.ticket.len, strlen(FAKE_SERVICE_TICKET));
		assert_memory_equal(seen.key.data, FAKE_SERVICE_KEY,
				    strlen(FAKE_SERVICE_KEY));
		/* Under the name that was asked for, not the KDC's. */
		assert_true(cg_ccache_princ_equal(seen.server,
						  kcm_princ(f, CIFS)));
	}
	assert_int_equal(f->acquire.n_services, 1);
	assert_int_equal(f->acquire.last_uid, UID);
	assert_int_equal(n_tickets(f), 2);
}

static void an_empty_realm_is_passed_on_and_found_again(void **state)
{
	struct kcm_fixture *f = *state;
	static const char referral[] = "cifs/fs1.example.test@";
	struct cg_bytes wanted = kcm_princ(f, referral);

	kcm_sign_in(f);
	assert_int_equal(kcm_retrieve(f, UID, "1000", referral), 0);
	assert_int_equal(f->acquire.last_server_len, wanted.len);
	assert_memory_equal(f->acquire.last_server, wanted.data, wanted.len);
	assert_int_equal(kcm_retrieve(f, UID, "1000", referral), 0);
	assert_int_equal(f->acquire.n_services, 1);
}

static void an_empty_realm_finds_the_clients_realm(void **state)
{
	struct kcm_fixture *f = *state;

	kcm_sign_in(f);
	assert_int_equal(kcm_retrieve(f, UID, "1000", CIFS), 0);
	assert_int_equal(kcm_retrieve(f, UID, "1000",
				      "cifs/fs1.example.test@"), 0);
	assert_int_equal(f->acquire.n_services, 1);
}

static void a_stored_service_ticket_is_given_back(void **state)
{
	struct kcm_fixture *f = *state;
	struct kcm_cred cifs = kcm_service(CIFS);
	struct kcm_seen seen;

	assert_int_equal(kcm_initialize(f, UID, "1000"), 0);
	assert_int_equal(kcm_store(f, UID, "1000", &cifs), 0);
	assert_int_equal(kcm_retrieve(f, UID, "1000", CIFS), 0);
	take_reply_cred(f, &seen);
	assert_int_equal(seen.key.len, strlen(cifs.key));
	assert_int_equal(f->acquire.n_services, 0);
	assert_int_equal(f->acquire.n_stored, 1);
}

static void an_expired_service_ticket_is_fetched_anew(void **state)
{
	struct kcm_fixture *f = *state;
	struct kcm_cred old = kcm_service(CIFS);

	old.endtime = (uint32_t)time(NULL) - 5;
	kcm_sign_in(f);
	assert_int_equal(kcm_store(f, UID, "1000", &old), 0);
	assert_int_equal(kcm_retrieve(f, UID, "1000", CIFS), 0);
	assert_int_equal(f->acquire.n_services, 1);
	assert_int_equal(n_tickets(f), 2);
}

static void without_a_tgt_nothing_is_found(void **state)
{
	struct kcm_fixture *f = *state;

	assert_int_equal(kcm_initialize(f, UID, "1000"), 0);
	assert_int_equal(kcm_retrieve(f, UID, "1000", CIFS),
			 CODE(KRB5_CC_END));
	assert_int_equal(kcm_retrieve(f, UID, "1000", TGS),
			 CODE(KRB5_CC_END));
	assert_int_equal(kcm_retrieve(f, UID, "1000:x", CIFS),
			 CODE(KRB5_FCC_NOFILE));
	assert_int_equal(f->acquire.n_services, 0);
}

static void whoever_asks_for_the_tgt_is_told_it_is_not_permitted(void **state)
{
	struct kcm_fixture *f = *state;
	static const char *const names[] = {
		TGS, "krbtgt/OTHER.TEST@EXAMPLE.TEST", "krbtgt/EXAMPLE.TEST@",
		"KRBTGT/EXAMPLE.TEST@EXAMPLE.TEST", "krbtgt@EXAMPLE.TEST",
		"krbtgt/A/B@EXAMPLE.TEST",
	};

	kcm_sign_in(f);
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_int_equal(kcm_retrieve(f, UID, "1000", names[i]),
				 EPERM);
	}
	assert_int_equal(f->acquire.n_services, 0);
}

static void a_ticket_that_must_stay_is_not_permitted_either(void **state)
{
	struct kcm_fixture *f = *state;

	kcm_sign_in(f);
	f->acquire.service_status = CG_E_DENIED;
	assert_int_equal(kcm_retrieve(f, UID, "1000",
				      "kadmin/changepw@EXAMPLE.TEST"), EPERM);
	assert_int_equal(n_tickets(f), 1);
}

static void the_kdcs_own_error_is_passed_on(void **state)
{
	struct kcm_fixture *f = *state;

	kcm_sign_in(f);
	f->acquire.service_status = CG_E_KRB5;
	f->acquire.service_detail = CODE(KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN);
	assert_int_equal(kcm_retrieve(f, UID, "1000", CIFS),
			 CODE(KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN));
	f->acquire.service_detail = CODE(KRB5KDC_ERR_POLICY);
	assert_int_equal(kcm_retrieve(f, UID, "1000", CIFS),
			 CODE(KRB5KDC_ERR_POLICY));
	f->acquire.service_status = CG_E_UNAVAILABLE;
	assert_int_equal(kcm_retrieve(f, UID, "1000", CIFS),
			 CODE(KRB5_KDC_UNREACH));
	assert_int_equal(n_tickets(f), 1);
}

static void an_expired_tgt_is_said_to_be_expired(void **state)
{
	struct kcm_fixture *f = *state;
	struct kcm_cred tgt = kcm_tgt();

	tgt.endtime = (uint32_t)time(NULL) - 10;
	assert_int_equal(kcm_initialize(f, UID, "1000"), 0);
	assert_int_equal(kcm_store(f, UID, "1000", &tgt), 0);
	assert_int_equal(kcm_retrieve(f, UID, "1000", CIFS),
			 CODE(KRB5KRB_AP_ERR_TKT_EXPIRED));
	assert_int_equal(f->acquire.n_services, 0);
}

static void settings_never_cause_a_request_to_the_kdc(void **state)
{
	struct kcm_fixture *f = *state;
	const struct kcm_cred config = { .client = ALICE, .server = CONFIG,
					 .ticket = "2" };
	struct cg_writer w;
	struct kcm_seen seen;

	kcm_sign_in(f);
	assert_int_equal(kcm_retrieve(f, UID, "1000", CONFIG),
			 CODE(KRB5_CC_END));
	f->acquire.n_stored = 0;
	assert_int_equal(kcm_store(f, UID, "1000", &config), 0);
	assert_int_equal(f->acquire.n_stored, 0);
	w = kcm_request(CG_KCM_RETRIEVE);
	kcm_put_name(&w, "1000");
	cg_writer_u32_be(&w, KCM_GC_CACHED);
	kcm_put_match(&w, ALICE, CONFIG, 0);
	assert_int_equal(kcm_ask(f, UID, &w), 0);
	take_reply_cred(f, &seen);
	assert_int_equal(seen.ticket.len, 1);
	assert_int_equal(f->acquire.n_services, 0);
}

static uint32_t retrieve_as(struct kcm_fixture *f, uint32_t which,
			    const char *client, uint16_t enctype,
			    const char *second_ticket)
{
	struct cg_writer w = kcm_request(CG_KCM_RETRIEVE);

	kcm_put_name(&w, "1000");
	cg_writer_u32_be(&w, which);
	cg_writer_u32_be(&w, (client != NULL ? 1U : 0) | 2U
			     | (enctype != 0 ? 4U : 0)
			     | (second_ticket != NULL ? 0x10U : 0));
	if (client != NULL) {
		kcm_put_princ(&w, client);
	}
	kcm_put_princ(&w, CIFS);
	if (enctype != 0) {
		cg_writer_u16_be(&w, enctype);
		cg_writer_u32_be(&w, 0);
	}
	for (int i = 0; i < 4; i++) {
		cg_writer_u32_be(&w, 0);
	}
	cg_writer_u8(&w, (which & CG_MATCH_IS_SKEY) != 0 ? 1 : 0);
	cg_writer_u32_be(&w, 0);
	if (second_ticket != NULL) {
		cg_writer_u32_be(&w, (uint32_t)strlen(second_ticket));
		cg_writer_bytes(&w, (const uint8_t *)second_ticket,
				strlen(second_ticket));
	}
	return kcm_ask(f, UID, &w);
}

static void user_to_user_and_half_evidence_are_refused(void **state)
{
	struct kcm_fixture *f = *state;
	uint32_t u2u = CG_MATCH_IS_SKEY | CG_MATCH_2ND_TICKET;

	kcm_sign_in(f);
	assert_int_equal(retrieve_as(f, u2u, ALICE, 0, "tgt"), EPERM);
	assert_int_equal(retrieve_as(f, u2u, NULL, 0, "tgt"), EPERM);
	assert_int_equal(retrieve_as(f, 0, NULL, 0, "x"), EPERM);
	assert_int_equal(retrieve_as(f, CG_MATCH_2ND_TICKET, ALICE, 0, "x"),
			 EPERM);
	assert_int_equal(f->acquire.n_services, 0);
}

/* What the vault then says is the policy's answer. */
static void evidence_goes_to_the_vault_and_no_ticket_of_it_is_kept(
	void **state)
{
	struct kcm_fixture *f = *state;

	kcm_sign_in(f);
	for (uint32_t n = 1; n < 4; n++) {
		assert_int_equal(retrieve_as(f, CG_MATCH_2ND_TICKET, NULL, 0,
					     "evidence"), 0);
		assert_int_equal(f->acquire.n_delegated, n);
	}
	assert_int_equal(f->acquire.last_evidence_len, 8);
	assert_memory_equal(f->acquire.last_evidence, "evidence", 8);
	/* Nor is it taken for a ticket of one's own. */
	assert_int_equal(retrieve_as(f, 0, ALICE, 0, NULL), 0);
	assert_int_equal(f->acquire.n_delegated, 3);
	assert_int_equal(f->acquire.n_services, 4);
	f->acquire.service_status = CG_E_DENIED;
	assert_int_equal(retrieve_as(f, CG_MATCH_2ND_TICKET, NULL, 0,
				     "evidence"), EPERM);
}

static void for_another_client_nothing_is_fetched(void **state)
{
	struct kcm_fixture *f = *state;

	kcm_sign_in(f);
	assert_int_equal(retrieve_as(f, 0, BOB, 0, NULL), CODE(KRB5_CC_END));
	assert_int_equal(f->acquire.n_services, 0);
	assert_int_equal(retrieve_as(f, 0, NULL, 0, NULL), 0);
	assert_int_equal(f->acquire.n_services, 1);
}

static void another_enctype_than_asked_for_is_not_given(void **state)
{
	struct kcm_fixture *f = *state;

	kcm_sign_in(f);
	assert_int_equal(retrieve_as(f, CG_MATCH_ENCTYPE, ALICE, 18, NULL),
			 0);
	assert_int_equal(retrieve_as(f, CG_MATCH_ENCTYPE, ALICE, 17, NULL),
			 CODE(KRB5KDC_ERR_ETYPE_NOSUPP));
}

static void put_host_based(struct cg_writer *w, const char *server)
{
	cg_writer_u32_be(w, 0);
	cg_writer_u32_be(w, 3);
	kcm_put_princ(w, ALICE);
	kcm_put_typed_princ(w, server, 3);
	for (int i = 0; i < 4; i++) {
		cg_writer_u32_be(w, 0);
	}
	cg_writer_u8(w, 0);
	cg_writer_u32_be(w, 0);
}

static uint32_t retrieve_host(struct kcm_fixture *f, const char *server)
{
	struct cg_writer w = kcm_request(CG_KCM_RETRIEVE);

	kcm_put_name(&w, "1000");
	put_host_based(&w, server);
	return kcm_ask(f, UID, &w);
}

static void a_short_host_is_tried_with_the_domain_as_well(void **state)
{
	struct kcm_fixture *f = *state;

	kcm_sign_in(f);
	f->acquire.only_host = "fs1.example.test";
	assert_int_equal(retrieve_host(f, "cifs/FS1@"), 0);
	assert_int_equal(f->acquire.n_services, 2);
	/* It is found under the short name. */
	assert_int_equal(retrieve_host(f, "cifs/FS1@"), 0);
	assert_int_equal(f->acquire.n_services, 2);
	assert_int_equal(retrieve_host(f, "cifs/other@"),
			 CODE(KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN));
	assert_int_equal(f->acquire.n_services, 4);
	assert_int_equal(retrieve_host(f, "cifs/other.example.test@"),
			 CODE(KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN));
	assert_int_equal(f->acquire.n_services, 5);
}

static void destroy_cache(void *arg)
{
	struct kcm_fixture *f = arg;

	f->acquire.meanwhile = NULL;
	cg_ccache_destroy(cg_ccache_next(f->all, UID, 0));
}

static void initialize_cache(void *arg)
{
	struct kcm_fixture *f = arg;
	static const uint8_t name[] = "1000";
	struct cg_ccache *cache;

	f->acquire.meanwhile = NULL;
	assert_int_equal(cg_ccache_initialize(
				 f->all, UID, (struct cg_bytes){ name, 4 },
				 kcm_princ(f, BOB), &cache), CG_OK);
}

static void do_meanwhile(struct kcm_fixture *f, void (*what)(void *arg))
{
	f->acquire.meanwhile = what;
	f->acquire.arg = f;
}

static void a_ticket_that_comes_late_is_given_but_not_kept(void **state)
{
	struct kcm_fixture *f = *state;

	kcm_sign_in(f);
	do_meanwhile(f, destroy_cache);
	assert_int_equal(kcm_retrieve(f, UID, "1000", CIFS), 0);
	assert_int_equal(n_tickets(f), 0);
	kcm_sign_in(f);
	do_meanwhile(f, initialize_cache);
	assert_int_equal(kcm_retrieve(f, UID, "1000", CIFS), 0);
	assert_int_equal(n_tickets(f), 0);
}

static void a_tgt_stored_into_a_cache_that_went_is_forgotten(void **state)
{
	struct kcm_fixture *f = *state;
	struct kcm_cred tgt = kcm_tgt();

	assert_int_equal(kcm_initialize(f, UID, "1000"), 0);
	do_meanwhile(f, destroy_cache);
	assert_int_equal(kcm_store(f, UID, "1000", &tgt),
			 CODE(KRB5_FCC_NOFILE));
	assert_int_equal(f->acquire.n_forgotten, 1);
	assert_int_equal(f->acquire.last_forgotten, 101);
	assert_int_equal(kcm_initialize(f, UID, "1000"), 0);
	do_meanwhile(f, initialize_cache);
	assert_int_equal(kcm_store(f, UID, "1000", &tgt),
			 CODE(KRB5_FCC_NOFILE));
	assert_int_equal(f->acquire.n_forgotten, 2);
	assert_int_equal(n_tickets(f), 0);
}

/* n: so many of tgt, service ticket, setting. */
static uint32_t replace(struct kcm_fixture *f, const char *name, uint32_t n)
{
	const struct kcm_cred creds[] = {
		kcm_tgt(),
		kcm_service(CIFS),
		{ .client = ALICE, .server = CONFIG, .ticket = "2" },
	};
	struct cg_writer w = kcm_request(CG_KCM_REPLACE);

	kcm_put_name(&w, name);
	cg_writer_u32_be(&w, (uint32_t)-9);
	kcm_put_princ(&w, ALICE);
	cg_writer_u32_be(&w, n);
	for (uint32_t i = 0; i < n; i++) {
		size_t at = w.len;

		cg_writer_u32_be(&w, 0);
		kcm_put_cred(&w, &creds[i % 3]);
		/* The casts: it is short. */
		w.data[at + 2] = (uint8_t)((w.len - at - 4) >> 8);
		w.data[at + 3] = (uint8_t)(w.len - at - 4);
	}
	return kcm_ask(f, UID, &w);
}

static void what_the_vault_refuses_is_not_stored(void **state)
{
	struct kcm_fixture *f = *state;
	struct kcm_cred tgt = kcm_tgt();

	assert_int_equal(kcm_initialize(f, UID, "1000"), 0);
	f->acquire.stored_status = CG_E_LIMIT;
	assert_int_equal(kcm_store(f, UID, "1000", &tgt), EDQUOT);
	f->acquire.stored_status = CG_E_UNAVAILABLE;
	assert_int_not_equal(kcm_store(f, UID, "1000", &tgt), 0);
	assert_int_equal(n_tickets(f), 0);
}

static void a_tgt_without_a_key_is_not_permitted(void **state)
{
	struct kcm_fixture *f = *state;
	struct kcm_cred tgt = kcm_tgt();

	assert_int_equal(kcm_initialize(f, UID, "1000"), 0);
	f->acquire.stored_status = CG_E_INVALID;	/* the vault's */
	assert_int_equal(kcm_store(f, UID, "1000", &tgt), EPERM);
	assert_int_equal(replace(f, "1000", 1), EPERM);
	assert_int_equal(n_tickets(f), 0);
}

static void nothing_is_stored_without_a_cache(void **state)
{
	struct kcm_fixture *f = *state;
	struct kcm_cred tgt = kcm_tgt();

	assert_int_equal(kcm_store(f, UID, "1000", &tgt),
			 CODE(KRB5_FCC_NOFILE));
	assert_int_equal(kcm_store(f, OTHER, "1000", &tgt),
			 CODE(KRB5_FCC_PERM));
	assert_int_equal(f->acquire.n_stored, 0);
}

static void replacing_shows_the_vault_what_may_be_a_tgt(void **state)
{
	struct kcm_fixture *f = *state;

	assert_int_equal(replace(f, "1000", 3), 0);
	assert_int_equal(f->acquire.n_stored, 2);
	assert_int_equal(n_tickets(f), 2);	/* and a config entry */
	assert_int_equal(kcm_ask_name(f, UID, CG_KCM_GET_KDC_OFFSET, "1000"),
			 0);
	assert_int_equal((int32_t)cg_reader_u32_be(&f->reply), -9);
	assert_int_equal(replace(f, "1000", 0), 0);
	assert_int_equal(n_tickets(f), 0);
	assert_int_equal(f->acquire.n_forgotten, 1);
}

static void replacing_happens_whole_or_not_at_all(void **state)
{
	struct kcm_fixture *f = *state;

	assert_int_equal(replace(f, "1000", 3), 0);
	f->acquire.fail_stored_at = f->acquire.n_stored + 4;
	/* The fourth that the vault sees; before it, two TGTs. */
	assert_int_equal(replace(f, "1000", 6), EDQUOT);
	assert_int_equal(f->acquire.n_forgotten, 2);
	assert_int_equal(n_tickets(f), 2);
	assert_int_equal(kcm_retrieve(f, UID, "1000", CIFS), 0);
	f->acquire.fail_stored_at = f->acquire.n_stored + 1;
	assert_int_equal(replace(f, "1000:new", 3), EDQUOT);
	assert_int_equal(cg_ccaches_count(f->all).caches, 1);
}

static void replacing_with_too_many_is_refused_at_once(void **state)
{
	struct kcm_fixture *f = *state;
	struct cg_writer w = kcm_request(CG_KCM_REPLACE);

	kcm_put_name(&w, "1000");
	cg_writer_u32_be(&w, 0);
	kcm_put_princ(&w, ALICE);
	cg_writer_u32_be(&w, UINT32_MAX);
	assert_int_equal(kcm_ask(f, UID, &w), EDQUOT);
	assert_int_equal(replace(f, "1001", 1), CODE(KRB5_FCC_PERM));
	assert_int_equal(f->acquire.n_stored, 0);
}

/* What is fetched is told by cg_acquire_service. */
static void what_is_kept_and_refused_is_in_the_log(void **state)
{
	struct kcm_fixture *f = *state;
	uint32_t before = fake_audits();

	kcm_sign_in(f);
	assert_int_equal(fake_audits(), before + 1);
	assert_int_equal(fake_audit_result(), CG_OK);
	assert_int_equal(kcm_retrieve(f, UID, "1000", CIFS), 0);
	assert_int_equal(fake_audits(), before + 1);
	assert_int_equal(kcm_retrieve(f, UID, "1000", TGS), EPERM);
	assert_int_equal(fake_audits(), before + 2);
	assert_int_equal(fake_audit_result(), CG_E_DENIED);
	f->acquire.stored_status = CG_E_LIMIT;
	assert_int_not_equal(replace(f, "1000", 1), 0);
	assert_int_equal(fake_audits(), before + 3);
	assert_int_equal(fake_audit_result(), CG_E_LIMIT);
}

static void assert_hides_the_tgt(const struct kcm_fixture *f)
{
	const struct kcm_cred tgt = kcm_tgt();

	assert_null(memmem(f->reply.data, f->reply.len, tgt.key, 8));
	assert_null(memmem(f->reply.data, f->reply.len, tgt.ticket, 8));
}

static void read_everything(struct kcm_fixture *f, const char *name)
{
	struct cg_writer w;
	uint8_t uuids[16 * 8];
	size_t len;

	assert_int_equal(kcm_retrieve(f, UID, name, TGS), EPERM);
	assert_int_equal(kcm_ask_name(f, UID, CG_KCM_GET_CRED_LIST, name), 0);
	assert_hides_the_tgt(f);
	assert_int_equal(kcm_ask_name(f, UID, CG_KCM_GET_CRED_UUID_LIST,
				      name), 0);
	len = f->reply.len - f->reply.pos;
	assert_true(len > 0 && len <= sizeof(uuids));
	memcpy(uuids, f->reply.data + f->reply.pos, len);
	for (size_t at = 0; at < len; at += 16) {
		w = kcm_request(CG_KCM_GET_CRED_BY_UUID);
		kcm_put_name(&w, name);
		cg_writer_bytes(&w, uuids + at, 16);
		assert_int_equal(kcm_ask(f, UID, &w), 0);
		assert_hides_the_tgt(f);
	}
	/* Whatever is in the cache, the TGT among it. */
	w = kcm_request(CG_KCM_RETRIEVE);
	kcm_put_name(&w, name);
	cg_writer_u32_be(&w, CG_MATCH_NO_REALM);
	kcm_put_match(&w, NULL, NULL, 0);
	(void)kcm_ask(f, UID, &w);
	assert_hides_the_tgt(f);
}

static void no_operation_shows_what_the_vault_keeps(void **state)
{
	struct kcm_fixture *f = *state;
	struct cg_writer w;

	kcm_sign_in(f);
	read_everything(f, "1000");
	assert_int_equal(replace(f, "1000:r", 3), 0);
	read_everything(f, "1000:r");
	w = kcm_request(CG_KCM_MOVE_CACHE);
	kcm_put_name(&w, "1000");
	kcm_put_name(&w, "1000:m");
	assert_int_equal(kcm_ask(f, UID, &w), 0);
	read_everything(f, "1000:m");
}

int main(void)
{
#define TEST(name)						\
	cmocka_unit_test_setup_teardown(name, kcm_fixture_set_up,	\
					kcm_fixture_tear_down)
	const struct CMUnitTest tests[] = {
		TEST(a_service_ticket_is_fetched_once),
		TEST(an_empty_realm_is_passed_on_and_found_again),
		TEST(an_empty_realm_finds_the_clients_realm),
		TEST(a_stored_service_ticket_is_given_back),
		TEST(an_expired_service_ticket_is_fetched_anew),
		TEST(without_a_tgt_nothing_is_found),
		TEST(whoever_asks_for_the_tgt_is_told_it_is_not_permitted),
		TEST(a_ticket_that_must_stay_is_not_permitted_either),
		TEST(the_kdcs_own_error_is_passed_on),
		TEST(an_expired_tgt_is_said_to_be_expired),
		TEST(settings_never_cause_a_request_to_the_kdc),
		TEST(user_to_user_and_half_evidence_are_refused),
		TEST(evidence_goes_to_the_vault_and_no_ticket_of_it_is_kept),
		TEST(evidence_goes_to_the_vault_and_no_ticket_of_it_is_kept),
		TEST(for_another_client_nothing_is_fetched),
		TEST(another_enctype_than_asked_for_is_not_given),
		TEST(a_short_host_is_tried_with_the_domain_as_well),
		TEST(a_ticket_that_comes_late_is_given_but_not_kept),
		TEST(a_tgt_stored_into_a_cache_that_went_is_forgotten),
		TEST(what_the_vault_refuses_is_not_stored),
		TEST(a_tgt_without_a_key_is_not_permitted),
		TEST(nothing_is_stored_without_a_cache),
		TEST(replacing_shows_the_vault_what_may_be_a_tgt),
		TEST(replacing_happens_whole_or_not_at_all),
		TEST(replacing_with_too_many_is_refused_at_once),
		TEST(what_is_kept_and_refused_is_in_the_log),
		TEST(no_operation_shows_what_the_vault_keeps),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
