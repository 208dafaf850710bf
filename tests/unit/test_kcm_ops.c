/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every KCM operation on caches and credentials: what it does, for whom, and
 * that nothing but the whole message does anything. */
#include "isolated-helper/broker/kcm_ops.h"

#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>
#include <krb5.h>

#include "idl/cg_idl.h"
#include "isolated-helper/broker/ccache_collection.h"
#include "isolated-helper/broker/ccache_match.h"
#include "isolated-helper/broker/ccache_princ.h"
#include "isolated-helper/broker/kcm_error.h"
#include "tests/unit/kcm_fixture.h"

#define CODE(code) ((uint32_t)(code))
#define COUNT(rows) (sizeof(rows) / sizeof((rows)[0]))

static const char *reply_name(struct kcm_fixture *f)
{
	return (const char *)f->reply.data + f->reply.pos;
}

/* What each operation is asked when everything is right. */
static void put_arguments(struct kcm_fixture *f, uint16_t opcode,
			  struct cg_writer *w)
{
	struct cg_ccache *cache = cg_ccache_next(f->all, UID, 0);
	struct kcm_cred config = { .client = ALICE, .server = CONFIG,
				   .ticket = "2" };
	const struct cg_ccache_entry *entry = cg_ccache_tickets_next(
		cg_ccache_contents(cache), NULL);
	size_t at;

	switch (opcode) {
	case CG_KCM_INITIALIZE:
		kcm_put_name(w, "1000:new");
		kcm_put_princ(w, ALICE);
		break;
	case CG_KCM_STORE:
		kcm_put_name(w, "1000");
		kcm_put_cred(w, &config);
		break;
	case CG_KCM_RETRIEVE:
		kcm_put_name(w, "1000");
		cg_writer_u32_be(w, KCM_GC_CACHED);
		kcm_put_match(w, ALICE, CIFS, 0);
		break;
	case CG_KCM_REMOVE_CRED:
		kcm_put_name(w, "1000");
		cg_writer_u32_be(w, 0);
		kcm_put_match(w, ALICE, TGS, 0);
		break;
	case CG_KCM_GET_CRED_BY_UUID:
		kcm_put_name(w, "1000");
		cg_writer_bytes(w, cg_ccache_entry_uuid(entry), 16);
		break;
	case CG_KCM_GET_CACHE_BY_UUID:
		cg_writer_bytes(w, cg_ccache_uuid(cache), 16);
		break;
	case CG_KCM_SET_FLAGS:
	case CG_KCM_SET_KDC_OFFSET:
		kcm_put_name(w, "1000");
		cg_writer_u32_be(w, 0);
		break;
	case CG_KCM_CHOWN:
		kcm_put_name(w, "1000");
		cg_writer_u32_be(w, UID);
		cg_writer_u32_be(w, 0);
		break;
	case CG_KCM_CHMOD:
		kcm_put_name(w, "1000");
		cg_writer_u16_be(w, 0600);
		break;
	case CG_KCM_MOVE_CACHE:
		kcm_put_name(w, "1000");
		kcm_put_name(w, "1000:moved");
		break;
	case CG_KCM_REPLACE:
		kcm_put_name(w, "1000:new");
		cg_writer_u32_be(w, 0);
		kcm_put_princ(w, ALICE);
		cg_writer_u32_be(w, 1);
		at = w->len;
		cg_writer_u32_be(w, 0);
		kcm_put_cred(w, &config);
		/* The cast: it is short. */
		w->data[at + 3] = (uint8_t)(w->len - at - 4);
		break;
	case CG_KCM_NOOP:
	case CG_KCM_GEN_NEW:
	case CG_KCM_GET_CACHE_UUID_LIST:
	case CG_KCM_GET_DEFAULT_CACHE:
		break;
	default:
		kcm_put_name(w, "1000");
		break;
	}
}

static const uint16_t every_op[] = {
	CG_KCM_NOOP, CG_KCM_GET_NAME, CG_KCM_GEN_NEW, CG_KCM_INITIALIZE,
	CG_KCM_DESTROY, CG_KCM_STORE, CG_KCM_RETRIEVE, CG_KCM_GET_PRINCIPAL,
	CG_KCM_GET_CRED_UUID_LIST, CG_KCM_GET_CRED_BY_UUID,
	CG_KCM_REMOVE_CRED, CG_KCM_SET_FLAGS, CG_KCM_CHOWN, CG_KCM_CHMOD,
	CG_KCM_MOVE_CACHE, CG_KCM_GET_CACHE_UUID_LIST,
	CG_KCM_GET_CACHE_BY_UUID, CG_KCM_GET_DEFAULT_CACHE,
	CG_KCM_SET_DEFAULT_CACHE, CG_KCM_GET_KDC_OFFSET,
	CG_KCM_SET_KDC_OFFSET, CG_KCM_GET_CRED_LIST, CG_KCM_REPLACE,
};

static struct cg_writer whole_request(struct kcm_fixture *f, uint16_t opcode)
{
	struct cg_writer w = kcm_request(opcode);

	put_arguments(f, opcode, &w);
	assert_false(w.failed);
	return w;
}

static void only_the_whole_request_does_anything(void **state)
{
	(void)state;
	for (size_t i = 0; i < COUNT(every_op); i++) {
		struct kcm_fixture *f;
		struct cg_ccaches_count before;
		struct cg_ccaches_count after;
		struct cg_writer w;
		size_t whole;

		(void)kcm_fixture_set_up((void **)&f);
		kcm_sign_in(f);
		before = cg_ccaches_count(f->all);
		w = whole_request(f, every_op[i]);
		whole = w.len;
		for (w.len = 0; w.len < whole; w.len++) {
			assert_int_not_equal(kcm_ask(f, UID, &w), 0);
		}
		w.len = whole;
		cg_writer_u8(&w, 0);
		assert_int_equal(kcm_ask(f, UID, &w), EBADMSG);
		after = cg_ccaches_count(f->all);
		assert_memory_equal(&before, &after, sizeof(before));
		assert_int_equal(f->acquire.n_services, 0);
		assert_int_equal(f->acquire.n_forgotten, 0);
		w.len = whole;
		assert_int_equal(kcm_ask(f, UID, &w), 0);
		(void)kcm_fixture_tear_down((void **)&f);
	}
}

static void the_table_has_these_operations_and_no_more(void **state)
{
	size_t n = 0;

	(void)state;
	for (uint32_t opcode = 0; opcode <= UINT16_MAX; opcode++) {
		n += cg_kcm_ops_find((uint16_t)opcode) != NULL ? 1 : 0;
	}
	assert_int_equal(n, COUNT(every_op));
	for (size_t i = 0; i < COUNT(every_op); i++) {
		assert_int_equal(cg_kcm_ops_find(every_op[i])->opcode,
				 every_op[i]);
	}
}

static void what_is_unknown_is_said_to_be_unsupported(void **state)
{
	struct kcm_fixture *f = *state;
	static const uint16_t opcodes[] = {
		CG_KCM_RESOLVE, CG_KCM_GET_INITIAL_TICKET, CG_KCM_GET_TICKET,
		CG_KCM_ADD_NTLM_CRED, CG_KCM_HAVE_NTLM_CRED,
		CG_KCM_DEL_NTLM_CRED, CG_KCM_DO_NTLM_AUTH,
		CG_KCM_GET_NTLM_USER_LIST, 29, 13000, 13003, UINT16_MAX,
	};

	for (size_t i = 0; i < COUNT(opcodes); i++) {
		assert_int_equal(kcm_ask_name(f, UID, opcodes[i], "1000"),
				 CODE(KRB5_CC_NOSUPP));
	}
}

static void another_version_is_refused(void **state)
{
	struct kcm_fixture *f = *state;
	struct cg_writer w = kcm_request(CG_KCM_NOOP);

	w.data[0] = 3;
	assert_int_equal(kcm_ask(f, UID, &w), EPROTONOSUPPORT);
	w.data[0] = 2;
	w.data[1] = 1;
	assert_int_equal(kcm_ask(f, UID, &w), EPROTONOSUPPORT);
}

static void no_failure_looks_like_success_or_like_no_such_operation(
	void **state)
{
	(void)state;
	for (enum cg_status st = CG_OK; st < CG_STATUS_COUNT; st++) {
		uint32_t code = cg_kcm_error(st, 0);

		assert_int_not_equal(code, 0);
		assert_int_not_equal(code, CODE(KRB5_CC_NOSUPP));
		assert_int_not_equal(code, CODE(KRB5_CC_IO));
		assert_int_not_equal(code, CODE(KRB5_FCC_INTERNAL));
		assert_int_not_equal(code, CODE(KRB5_CC_END));
	}
	assert_int_equal(cg_kcm_error(CG_E_KRB5, 42), 42);
	assert_int_not_equal(cg_kcm_error(CG_E_DENIED, 42), 42);
}

static void a_cache_is_made_named_and_destroyed(void **state)
{
	struct kcm_fixture *f = *state;

	assert_int_equal(kcm_ask_name(f, UID, CG_KCM_GET_PRINCIPAL, "1000"),
			 CODE(KRB5_FCC_NOFILE));
	assert_int_equal(kcm_initialize(f, UID, "1000"), 0);
	assert_int_equal(kcm_ask_name(f, UID, CG_KCM_GET_PRINCIPAL, "1000"),
			 0);
	assert_true(cg_ccache_princ_equal(
		(struct cg_bytes){ f->reply.data + f->reply.pos,
				   f->reply.len - f->reply.pos },
		kcm_princ(f, ALICE)));
	assert_int_equal(kcm_ask_name(f, UID, CG_KCM_GET_NAME, ""), 0);
	assert_string_equal(reply_name(f), "1000");
	assert_int_equal(kcm_ask_name(f, UID, CG_KCM_DESTROY, "1000"), 0);
	assert_int_equal(kcm_ask_name(f, UID, CG_KCM_DESTROY, "1000"),
			 CODE(KRB5_FCC_NOFILE));
}

static void a_generated_name_can_be_initialised(void **state)
{
	struct kcm_fixture *f = *state;
	char name[64];

	assert_int_equal(kcm_ask_bare(f, UID, CG_KCM_GEN_NEW), 0);
	(void)strncpy(name, reply_name(f), sizeof(name) - 1);
	name[sizeof(name) - 1] = 0;
	assert_int_equal(f->reply.len - f->reply.pos, strlen(name) + 1);
	assert_int_equal(kcm_initialize(f, UID, name), 0);
	assert_int_equal(kcm_ask_name(f, UID, CG_KCM_GET_PRINCIPAL, name), 0);
}

static void names_of_others_are_refused_by_every_operation(void **state)
{
	struct kcm_fixture *f = *state;

	assert_int_equal(kcm_initialize(f, OTHER, "1001"), 0);
	kcm_sign_in(f);
	for (size_t i = 0; i < COUNT(every_op); i++) {
		struct cg_writer w = whole_request(f, every_op[i]);
		static const uint8_t own[] = "1000";
		uint8_t *name = w.data + 4;

		if (w.len < 9 || memcmp(name, own, 4) != 0) {
			continue;
		}
		assert_int_equal(kcm_ask(f, OTHER, &w), CODE(KRB5_FCC_PERM));
		assert_int_equal(kcm_ask(f, 0, &w), CODE(KRB5_FCC_PERM));
		name[3] = '1';
		assert_int_equal(kcm_ask(f, UID, &w), CODE(KRB5_FCC_PERM));
	}
	assert_int_equal(kcm_initialize(f, UID, "1000:\n"),
			 CODE(KRB5_CC_BADNAME));
}

static void a_uid_sees_only_its_own_caches(void **state)
{
	struct kcm_fixture *f = *state;
	struct cg_writer w;
	uint8_t uuid[16];

	assert_int_equal(kcm_ask_bare(f, UID, CG_KCM_GET_CACHE_UUID_LIST), 0);
	assert_int_equal(f->reply.len - f->reply.pos, 0);
	assert_int_equal(kcm_initialize(f, UID, "1000"), 0);
	assert_int_equal(kcm_initialize(f, UID, "1000:b"), 0);
	assert_int_equal(kcm_ask_bare(f, OTHER, CG_KCM_GET_CACHE_UUID_LIST),
			 0);
	assert_int_equal(f->reply.len - f->reply.pos, 0);
	assert_int_equal(kcm_ask_bare(f, UID, CG_KCM_GET_CACHE_UUID_LIST), 0);
	assert_int_equal(f->reply.len - f->reply.pos, 32);
	memcpy(uuid, f->reply.data + f->reply.pos + 16, 16);
	w = kcm_request(CG_KCM_GET_CACHE_BY_UUID);
	cg_writer_bytes(&w, uuid, 16);
	assert_int_equal(kcm_ask(f, OTHER, &w), CODE(KRB5_FCC_NOFILE));
	assert_int_equal(kcm_ask(f, 0, &w), CODE(KRB5_FCC_NOFILE));
	assert_int_equal(kcm_ask(f, UID, &w), 0);
	assert_string_equal(reply_name(f), "1000:b");
}

static void the_default_cache_is_chosen_and_lost(void **state)
{
	struct kcm_fixture *f = *state;

	assert_int_equal(kcm_ask_bare(f, UID, CG_KCM_GET_DEFAULT_CACHE), 0);
	assert_string_equal(reply_name(f), "1000");
	assert_int_equal(kcm_ask_name(f, UID, CG_KCM_SET_DEFAULT_CACHE,
				      "1000:b"), CODE(KRB5_FCC_NOFILE));
	assert_int_equal(kcm_initialize(f, UID, "1000:b"), 0);
	assert_int_equal(kcm_ask_name(f, UID, CG_KCM_SET_DEFAULT_CACHE,
				      "1000:b"), 0);
	assert_int_equal(kcm_ask_bare(f, UID, CG_KCM_GET_DEFAULT_CACHE), 0);
	assert_string_equal(reply_name(f), "1000:b");
	assert_int_equal(kcm_ask_name(f, UID, CG_KCM_DESTROY, ""), 0);
	assert_int_equal(kcm_ask_bare(f, UID, CG_KCM_GET_DEFAULT_CACHE), 0);
	assert_string_equal(reply_name(f), "1000");
}

static void the_kdc_offset_is_kept_with_its_sign(void **state)
{
	struct kcm_fixture *f = *state;
	struct cg_writer w;

	assert_int_equal(kcm_initialize(f, UID, "1000"), 0);
	w = kcm_request(CG_KCM_SET_KDC_OFFSET);
	kcm_put_name(&w, "1000");
	cg_writer_u32_be(&w, (uint32_t)-7);
	assert_int_equal(kcm_ask(f, UID, &w), 0);
	assert_int_equal(kcm_ask_name(f, UID, CG_KCM_GET_KDC_OFFSET, "1000"),
			 0);
	assert_int_equal((int32_t)cg_reader_u32_be(&f->reply), -7);
}

static uint32_t chown_to(struct kcm_fixture *f, uid_t uid)
{
	struct cg_writer w = kcm_request(CG_KCM_CHOWN);

	kcm_put_name(&w, "1000");
	cg_writer_u32_be(&w, uid);
	cg_writer_u32_be(&w, 0);
	return kcm_ask(f, UID, &w);
}

static uint32_t chmod_to(struct kcm_fixture *f, uint16_t mode)
{
	struct cg_writer w = kcm_request(CG_KCM_CHMOD);

	kcm_put_name(&w, "1000");
	cg_writer_u16_be(&w, mode);
	return kcm_ask(f, UID, &w);
}

static void a_cache_can_be_given_to_nobody(void **state)
{
	struct kcm_fixture *f = *state;

	assert_int_equal(kcm_initialize(f, UID, "1000"), 0);
	assert_int_equal(chown_to(f, UID), 0);
	assert_int_equal(chown_to(f, OTHER), CODE(KRB5_FCC_PERM));
	assert_int_equal(chmod_to(f, 0600), 0);
	assert_int_equal(chmod_to(f, 0400), 0);
	assert_int_equal(chmod_to(f, 0640), CODE(KRB5_FCC_PERM));
	assert_int_equal(chmod_to(f, 0604), CODE(KRB5_FCC_PERM));
}

static uint32_t remove_cred(struct kcm_fixture *f, const char *client,
			    const char *server)
{
	struct cg_writer w = kcm_request(CG_KCM_REMOVE_CRED);

	kcm_put_name(&w, "1000");
	cg_writer_u32_be(&w, 0);
	kcm_put_match(&w, client, server, 0);
	return kcm_ask(f, UID, &w);
}

static void credentials_are_removed_by_pattern(void **state)
{
	struct kcm_fixture *f = *state;
	struct kcm_cred cifs = kcm_service(CIFS);
	struct kcm_cred http = kcm_service("HTTP/a@EXAMPLE.TEST");

	kcm_sign_in(f);
	assert_int_equal(kcm_store(f, UID, "1000", &cifs), 0);
	assert_int_equal(kcm_store(f, UID, "1000", &http), 0);
	assert_int_equal(remove_cred(f, ALICE, CIFS), 0);
	assert_int_equal(remove_cred(f, ALICE, CIFS), CODE(KRB5_CC_NOTFOUND));
	assert_int_equal(remove_cred(f, BOB, NULL), CODE(KRB5_CC_NOTFOUND));
	assert_int_equal(f->acquire.n_forgotten, 0);
	assert_int_equal(remove_cred(f, NULL, NULL), 0);
	assert_int_equal(f->acquire.n_forgotten, 1);
	assert_int_equal(cg_ccaches_count(f->all).tickets, 0);
}

static void take_listed(struct kcm_fixture *f, struct kcm_seen *out)
{
	uint32_t len = cg_reader_u32_be(&f->reply);
	size_t start = f->reply.pos;

	kcm_take_cred(&f->reply, out);
	assert_int_equal(f->reply.pos - start, len);
}

static void the_list_has_all_in_order(void **state)
{
	struct kcm_fixture *f = *state;
	struct kcm_cred cifs = kcm_service(CIFS);
	struct kcm_seen first;
	struct kcm_seen second;

	kcm_sign_in(f);
	assert_int_equal(kcm_store(f, UID, "1000", &cifs), 0);
	assert_int_equal(kcm_ask_name(f, UID, CG_KCM_GET_CRED_LIST, "1000"),
			 0);
	assert_int_equal(cg_reader_u32_be(&f->reply), 2);
	take_listed(f, &first);
	take_listed(f, &second);
	assert_int_equal(cg_reader_finish(&f->reply), CG_OK);
	assert_true(cg_ccache_princ_equal(first.server, kcm_princ(f, TGS)));
	assert_int_equal(first.flags, 0x40e10000);
	assert_int_equal(first.ticket.len, 0);
	assert_int_equal(second.key.len, strlen(cifs.key));
	assert_int_equal(second.ticket.len, strlen(cifs.ticket));
}

static void expired_tickets_are_not_listed(void **state)
{
	struct kcm_fixture *f = *state;
	struct kcm_cred old = kcm_service(CIFS);

	old.endtime = 1000;
	kcm_sign_in(f);
	assert_int_equal(kcm_store(f, UID, "1000", &old), 0);
	assert_int_equal(kcm_ask_name(f, UID, CG_KCM_GET_CRED_LIST, "1000"),
			 0);
	assert_int_equal(cg_reader_u32_be(&f->reply), 1);
}

static void fill(struct kcm_fixture *f, size_t n_tickets)
{
	static char ticket[CG_TICKET_MAX + 1];
	char server[] = "h/a@EXAMPLE.TEST";
	struct kcm_cred big = kcm_service(server);

	memset(ticket, 't', CG_TICKET_MAX);
	big.ticket = ticket;
	assert_int_equal(kcm_initialize(f, UID, "1000"), 0);
	for (size_t i = 0; i < n_tickets; i++) {
		assert_int_equal(kcm_store(f, UID, "1000", &big), 0);
		server[2]++;
	}
}

static void a_list_above_8_mib_is_served_by_uuid(void **state)
{
	const struct cg_quota quota = { 4, 64, 64U << 20, 0 };
	struct kcm_fixture *f = kcm_fixture_with(&quota);
	struct cg_writer w;
	struct kcm_seen seen;
	uint8_t uuid[16];

	(void)state;
	fill(f, 42);
	assert_int_equal(kcm_ask_name(f, UID, CG_KCM_GET_CRED_LIST, "1000"),
			 0);
	fill(f, 43);
	assert_int_equal(kcm_ask_name(f, UID, CG_KCM_GET_CRED_LIST, "1000"),
			 CODE(KRB5_CC_NOSUPP));
	assert_int_equal(kcm_ask_name(f, UID, CG_KCM_GET_CRED_UUID_LIST,
				      "1000"), 0);
	assert_int_equal(f->reply.len - f->reply.pos, 43 * 16);
	memcpy(uuid, f->reply.data + f->reply.pos + 16 * 42, 16);
	w = kcm_request(CG_KCM_GET_CRED_BY_UUID);
	kcm_put_name(&w, "1000");
	cg_writer_bytes(&w, uuid, 16);
	assert_int_equal(kcm_ask(f, UID, &w), 0);
	kcm_take_cred(&f->reply, &seen);
	assert_int_equal(seen.ticket.len, CG_TICKET_MAX);
	(void)kcm_fixture_tear_down((void **)&f);
}

static void an_unknown_uuid_is_the_end_of_the_list(void **state)
{
	struct kcm_fixture *f = *state;
	struct cg_writer w;

	kcm_sign_in(f);
	w = kcm_request(CG_KCM_GET_CRED_BY_UUID);
	kcm_put_name(&w, "1000");
	for (int i = 0; i < 4; i++) {
		cg_writer_u32_be(&w, 0);
	}
	assert_int_equal(kcm_ask(f, UID, &w), CODE(KRB5_CC_END));
}

static void a_full_quota_is_said_to_be_one(void **state)
{
	struct kcm_fixture *f = *state;

	assert_int_equal(kcm_initialize(f, UID, "1000"), 0);
	assert_int_equal(kcm_initialize(f, UID, "1000:1"), 0);
	assert_int_equal(kcm_initialize(f, UID, "1000:2"), 0);
	assert_int_equal(kcm_initialize(f, UID, "1000:3"), 0);
	assert_int_equal(kcm_initialize(f, UID, "1000:4"), EDQUOT);
	assert_int_equal(kcm_initialize(f, OTHER, "1001"), 0);
}

int main(void)
{
#define TEST(name)						\
	cmocka_unit_test_setup_teardown(name, kcm_fixture_set_up,	\
					kcm_fixture_tear_down)
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_the_whole_request_does_anything),
		cmocka_unit_test(the_table_has_these_operations_and_no_more),
		TEST(what_is_unknown_is_said_to_be_unsupported),
		TEST(another_version_is_refused),
		cmocka_unit_test(
		    no_failure_looks_like_success_or_like_no_such_operation),
		TEST(a_cache_is_made_named_and_destroyed),
		TEST(a_generated_name_can_be_initialised),
		TEST(names_of_others_are_refused_by_every_operation),
		TEST(a_uid_sees_only_its_own_caches),
		TEST(the_default_cache_is_chosen_and_lost),
		TEST(the_kdc_offset_is_kept_with_its_sign),
		TEST(a_cache_can_be_given_to_nobody),
		TEST(credentials_are_removed_by_pattern),
		TEST(the_list_has_all_in_order),
		TEST(expired_tickets_are_not_listed),
		cmocka_unit_test(a_list_above_8_mib_is_served_by_uuid),
		TEST(an_unknown_uuid_is_the_end_of_the_list),
		TEST(a_full_quota_is_said_to_be_one),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
