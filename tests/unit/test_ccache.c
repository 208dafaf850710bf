/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The caches: whose they are, what replaces what, how much fits, and that no
 * handle of the vault is lost or forgotten twice. */
#include "isolated-helper/broker/ccache.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <time.h>
#include <cmocka.h>

#include "idl/limits.h"
#include "isolated-helper/broker/ccache_collection.h"
#include "isolated-helper/broker/ccache_match.h"
#include "isolated-helper/broker/ticket.h"
#include "tests/unit/kcm_messages.h"

#define UID 1000
#define OTHER 1001
#define MANY 10000

struct fixture {
	struct cg_ccaches *all;
	uint64_t forgotten[32];
	size_t n_forgotten;
	uid_t uid;
};

static void on_forget(uid_t uid, struct cg_handle kept, void *arg)
{
	struct fixture *f = arg;

	f->uid = uid;
	f->forgotten[f->n_forgotten++ % 32] = kept.v;
}

static int open_with(void **state, const struct cg_quota *quota)
{
	struct fixture *f = talloc_zero(NULL, struct fixture);

	f->all = cg_ccaches_open(f, quota, on_forget, f);
	assert_non_null(f->all);
	*state = f;
	return 0;
}

static int set_up(void **state)
{
	const struct cg_quota quota = { 4, 8, 100000, 0 };

	return open_with(state, &quota);
}

static int set_up_large(void **state)
{
	const struct cg_quota quota = { 4, MANY, 1ULL << 30, 0 };

	return open_with(state, &quota);
}

static int tear_down(void **state)
{
	talloc_free(*state);
	return 0;
}

static struct cg_bytes text(const char *s)
{
	return (struct cg_bytes){ (const uint8_t *)s, strlen(s) };
}

static struct cg_ccache *make(struct fixture *f, uid_t uid, const char *name)
{
	struct cg_ccache *cache;

	assert_int_equal(cg_ccache_initialize(f->all, uid, text(name),
					      kcm_princ(f, ALICE), &cache),
			 CG_OK);
	return cache;
}

static struct cg_ticket *ticket(struct fixture *f, const char *server)
{
	struct cg_ticket *t = cg_ticket_new(f);

	assert_int_equal(cg_ticket_set(t, &t->client, kcm_princ(f, ALICE)),
			 CG_OK);
	assert_int_equal(cg_ticket_set(t, &t->server, kcm_princ(f, server)),
			 CG_OK);
	t->times.endtime = (uint64_t)time(NULL) + 3600;
	return t;
}

static struct cg_ticket *tgt(struct fixture *f, uint64_t handle)
{
	struct cg_ticket *t = ticket(f, TGS);

	t->kept.v = handle;
	return t;
}

static void store(struct cg_ccache *cache, struct cg_ticket *t)
{
	assert_int_equal(cg_ccache_store(cache, t), CG_OK);
}

static struct cg_ccache_entry *find(struct fixture *f,
				    const struct cg_ccache *cache,
				    const char *server)
{
	struct cg_ccache_match match = {
		.client = kcm_princ(f, ALICE),
		.server = kcm_princ(f, server),
	};

	return cg_ccache_tickets_find(cg_ccache_contents(cache), &match);
}

static enum cg_status status_of(struct fixture *f, uid_t uid, const char *name)
{
	struct cg_ccache *cache;

	return cg_ccache_find(f->all, uid, text(name), &cache);
}

static void only_names_of_the_uid_itself_are_its_own(void **state)
{
	struct fixture *f = *state;
	static const char *const not_ours[] = {
		"1001", "1001:x", "10000", "100", "01000", "foo", ":", " 1000",
		"0", "1000x", "-1", "4294968296",
	};

	(void)make(f, UID, "1000");
	(void)make(f, UID, "1000:a:b");
	assert_int_equal(status_of(f, UID, "1000"), CG_OK);
	assert_int_equal(status_of(f, UID, "1000:a:b"), CG_OK);
	assert_int_equal(status_of(f, UID, "1000:c"), CG_E_NOT_FOUND);
	for (size_t i = 0; i < sizeof(not_ours) / sizeof(not_ours[0]); i++) {
		assert_int_equal(status_of(f, UID, not_ours[i]), CG_E_DENIED);
	}
	assert_int_equal(status_of(f, OTHER, "1000"), CG_E_DENIED);
	assert_int_equal(status_of(f, 0, "1000"), CG_E_DENIED);
	assert_int_equal(status_of(f, CG_UID_ALL, "4294967295"), CG_E_DENIED);
	assert_int_equal(status_of(f, CG_UID_ALL, ""), CG_E_DENIED);
}

static void a_name_is_printable_and_of_bounded_length(void **state)
{
	struct fixture *f = *state;
	char name[CG_CACHE_NAME_MAX + 2] = "1000:";

	memset(name + 5, 'x', CG_CACHE_NAME_MAX - 5);
	(void)make(f, UID, name);
	name[CG_CACHE_NAME_MAX] = 'x';
	assert_int_equal(status_of(f, UID, name), CG_E_INVALID);
	assert_int_equal(status_of(f, UID, "1000:\n"), CG_E_INVALID);
	assert_int_equal(status_of(f, UID, "1000:\x7f"), CG_E_INVALID);
}

static void an_empty_subsidiary_is_the_first_cache(void **state)
{
	struct fixture *f = *state;

	assert_string_equal(cg_ccache_name(make(f, UID, "1000:")), "1000");
	assert_int_equal(status_of(f, UID, "1000"), CG_OK);
}

static void the_default_falls_back_to_the_first_name(void **state)
{
	struct fixture *f = *state;
	struct cg_ccache *first = make(f, UID, "");
	struct cg_ccache *second = make(f, UID, "1000:b");

	assert_string_equal(cg_ccache_name(first), "1000");
	assert_true(cg_ccache_is_default(first));
	assert_int_equal(cg_ccache_set_default(f->all, UID, text("1000:b")),
			 CG_OK);
	assert_true(cg_ccache_is_default(second));
	assert_false(cg_ccache_is_default(first));
	assert_int_equal(cg_ccache_set_default(f->all, UID, text("1000:c")),
			 CG_E_NOT_FOUND);
	assert_string_equal(cg_ccache_default_name(f->all, UID).text,
			    "1000:b");
	assert_string_equal(cg_ccache_default_name(f->all, OTHER).text,
			    "1001");
	cg_ccache_destroy(second);
	assert_string_equal(cg_ccache_default_name(f->all, UID).text, "1000");
}

static void a_uuid_leads_only_its_uid_to_the_cache(void **state)
{
	struct fixture *f = *state;
	struct cg_ccache *cache = make(f, UID, "1000");
	uint8_t uuid[CG_CCACHE_UUID_LEN];
	struct cg_ccache *found;

	memcpy(uuid, cg_ccache_uuid(cache), sizeof(uuid));
	assert_int_equal(cg_ccache_by_uuid(f->all, UID, uuid, &found), CG_OK);
	assert_ptr_equal(found, cache);
	assert_int_equal(cg_ccache_by_uuid(f->all, OTHER, uuid, &found),
			 CG_E_NOT_FOUND);
	assert_int_equal(cg_ccache_by_uuid(f->all, 0, uuid, &found),
			 CG_E_NOT_FOUND);
	uuid[CG_CCACHE_UUID_LEN - 1] ^= 1;
	assert_int_equal(cg_ccache_by_uuid(f->all, UID, uuid, &found),
			 CG_E_NOT_FOUND);
}

static void caches_are_listed_in_the_order_they_came(void **state)
{
	struct fixture *f = *state;
	struct cg_ccache *a = make(f, UID, "1000:z");
	struct cg_ccache *b = make(f, OTHER, "1001");
	struct cg_ccache *c = make(f, UID, "1000:a");

	(void)make(f, UID, "1000:z");
	assert_ptr_equal(cg_ccache_next(f->all, UID, 0), a);
	assert_ptr_equal(cg_ccache_next(f->all, UID, cg_ccache_index(a)), c);
	assert_null(cg_ccache_next(f->all, UID, cg_ccache_index(c)));
	assert_ptr_equal(cg_ccache_next(f->all, OTHER, 0), b);
	assert_null(cg_ccache_next(f->all, 0, 0));
	assert_ptr_equal(cg_ccache_next(f->all, CG_UID_ALL,
					cg_ccache_index(a)), b);
	assert_int_equal(cg_ccaches_count(f->all).caches, 3);
	assert_int_equal(cg_ccaches_count(f->all).uids, 2);
}

static void a_new_name_is_nobodys(void **state)
{
	struct fixture *f = *state;
	struct cg_ccache_name one;
	struct cg_ccache_name two;

	assert_int_equal(cg_ccache_new_name(f->all, UID, &one), CG_OK);
	assert_int_equal(cg_ccache_new_name(f->all, UID, &two), CG_OK);
	assert_memory_equal(one.text, "1000:", 5);
	assert_string_not_equal(one.text, two.text);
	assert_int_equal(status_of(f, UID, one.text), CG_E_NOT_FOUND);
}

static void a_duplicate_is_replaced(void **state)
{
	struct fixture *f = *state;
	struct cg_ccache *cache = make(f, UID, "1000");
	struct cg_ticket *second = ticket(f, CIFS);
	struct cg_ticket *other_type = ticket(f, CIFS);

	store(cache, ticket(f, CIFS));
	store(cache, ticket(f, "cifs/fs1.example.test@"));
	store(cache, second);
	assert_int_equal(cg_ccache_n_tickets(cache), 2);
	assert_ptr_equal(cg_ccache_entry_ticket(find(f, cache, CIFS)), second);
	/* The name type is no part of the identity. */
	((uint8_t *)(uintptr_t)other_type->server.data)[3] = 3;
	store(cache, other_type);
	assert_int_equal(cg_ccache_n_tickets(cache), 2);
	assert_int_equal(f->n_forgotten, 0);
}

static void variants_of_a_name_are_bounded(void **state)
{
	struct fixture *f = *state;
	struct cg_ccache *cache = make(f, UID, "1000");
	char tkt[2] = "a";

	store(cache, ticket(f, CIFS));
	for (int i = 0; i < 20; i++) {
		struct cg_ticket *t = ticket(f, CIFS);

		t->is_skey = 1;
		tkt[0]++;
		assert_int_equal(cg_ticket_set(t, &t->second_ticket,
					       text(tkt)), CG_OK);
		store(cache, t);
	}
	assert_int_equal(cg_ccache_n_tickets(cache), 1 + 8);
	assert_non_null(find(f, cache, CIFS));
}

static void the_tgt_of_the_own_realm_is_the_tgt(void **state)
{
	struct fixture *f = *state;
	struct cg_ccache *cache = make(f, UID, "1000");
	struct cg_ticket *foreign = ticket(f, "krbtgt/B.TEST@EXAMPLE.TEST");
	struct cg_ticket *not_kept = ticket(f, TGS);

	foreign->kept.v = 7;
	store(cache, foreign);
	store(cache, not_kept);
	assert_null(cg_ccache_tgt(cache));
	store(cache, tgt(f, 8));
	assert_int_equal(cg_ccache_tgt(cache)->kept.v, 8);
	assert_int_equal(f->n_forgotten, 0);
}

static void the_tgt_of_another_client_is_not_the_tgt(void **state)
{
	struct fixture *f = *state;
	struct cg_ccache *cache = make(f, UID, "1000");
	struct cg_ticket *t = tgt(f, 8);

	assert_int_equal(cg_ticket_set(t, &t->client, kcm_princ(f, BOB)),
			 CG_OK);
	store(cache, t);
	assert_null(cg_ccache_tgt(cache));
}

static void a_tgt_that_leaves_is_forgotten_once(void **state)
{
	struct fixture *f = *state;
	struct cg_ccache *cache = make(f, UID, "1000");

	store(cache, tgt(f, 1));
	store(cache, tgt(f, 2));	/* replaced */
	assert_int_equal(f->n_forgotten, 1);
	assert_int_equal(f->forgotten[0], 1);
	cache = make(f, UID, "1000");	/* initialised again */
	assert_int_equal(f->forgotten[1], 2);
	store(cache, tgt(f, 3));
	cg_ccache_tickets_remove(cg_ccache_contents(cache),
				 find(f, cache, TGS));
	assert_null(cg_ccache_tgt(cache));
	assert_int_equal(f->forgotten[2], 3);
	store(cache, tgt(f, 4));
	cg_ccache_destroy(cache);
	assert_int_equal(f->forgotten[3], 4);
	assert_int_equal(f->n_forgotten, 4);
	assert_int_equal(f->uid, UID);
}

static void a_tgt_renewed_in_place_is_not_forgotten(void **state)
{
	struct fixture *f = *state;
	struct cg_ccache *cache = make(f, UID, "1000");
	struct cg_ticket *renewed = tgt(f, 1);

	store(cache, tgt(f, 1));
	renewed->times.endtime += 3600;
	store(cache, renewed);
	assert_ptr_equal(cg_ccache_tgt(cache), renewed);
	assert_int_equal(f->n_forgotten, 0);
	cg_ccache_destroy(cache);
	assert_int_equal(f->n_forgotten, 1);
}

static void expired_service_tickets_go_and_the_tgt_stays(void **state)
{
	struct fixture *f = *state;
	struct cg_ccache *cache = make(f, UID, "1000");
	struct cg_ticket *old_tgt = tgt(f, 1);
	struct cg_ticket *old = ticket(f, CIFS);
	struct cg_ticket *foreign = ticket(f, "krbtgt/B.TEST@EXAMPLE.TEST");
	struct cg_ticket *config = ticket(f, CONFIG);

	old_tgt->times.endtime = 1000;
	old->times.endtime = 1000;
	foreign->times.endtime = 1000;
	foreign->kept.v = 9;
	config->times.endtime = 0;
	store(cache, old_tgt);
	store(cache, foreign);
	store(cache, config);
	store(cache, old);
	cg_ccache_tickets_purge(cg_ccache_contents(cache));
	assert_int_equal(cg_ccache_tickets_count(cg_ccache_contents(cache)),
			 2);
	assert_non_null(find(f, cache, TGS));
	assert_non_null(find(f, cache, CONFIG));
	assert_int_equal(f->n_forgotten, 1);
	assert_int_equal(f->forgotten[0], 9);
}

static void configuration_entries_are_no_tickets_to_show(void **state)
{
	struct fixture *f = *state;
	struct cg_ccache *cache = make(f, UID, "1000");
	struct cg_ccache_tickets *all = cg_ccache_contents(cache);

	store(cache, ticket(f, CIFS));
	store(cache, ticket(f, CONFIG));
	store(cache, ticket(f, CONFIG));
	assert_int_equal(cg_ccache_n_tickets(cache), 1);
	assert_int_equal(cg_ccache_tickets_count(all), 2);
	cg_ccache_tickets_remove(all, find(f, cache, CONFIG));
	assert_int_equal(cg_ccache_n_tickets(cache), 1);
	assert_int_equal(cg_ccache_tickets_count(all), 1);
}

static void expired_tickets_make_room_for_others(void **state)
{
	struct fixture *f = *state;
	struct cg_ccache *cache = make(f, UID, "1000");
	char name[64];

	for (int i = 0; i < 100; i++) {
		struct cg_ticket *t;

		(void)snprintf(name, sizeof(name), "h/%d@EXAMPLE.TEST", i);
		t = ticket(f, name);
		t->times.endtime = 1000;
		store(cache, t);
	}
	assert_true(cg_ccache_n_tickets(cache) <= 8);
}

static void the_kdcs_clock_decides_what_is_expired(void **state)
{
	struct fixture *f = *state;
	struct cg_ccache *cache = make(f, UID, "1000");
	struct cg_ccache_tickets *tickets = cg_ccache_contents(cache);
	struct cg_ticket *t = ticket(f, CIFS);

	t->times.endtime = (uint64_t)time(NULL) - 3600;
	cg_ccache_tickets_set_offset(tickets, -7200);
	store(cache, t);
	cg_ccache_tickets_purge(tickets);
	assert_int_equal(cg_ccache_n_tickets(cache), 1);
	cg_ccache_tickets_set_offset(tickets, 0);
	cg_ccache_tickets_purge(tickets);
	assert_int_equal(cg_ccache_n_tickets(cache), 0);
}

static void a_uid_has_so_many_caches(void **state)
{
	struct fixture *f = *state;
	struct cg_bytes alice = kcm_princ(f, ALICE);
	struct cg_ccache *cache;

	(void)make(f, UID, "1000");
	(void)make(f, UID, "1000:1");
	(void)make(f, UID, "1000:2");
	(void)make(f, UID, "1000:3");
	assert_int_equal(cg_ccache_initialize(f->all, UID, text("1000:4"),
					      alice, &cache), CG_E_LIMIT);
	assert_null(cache);
	(void)make(f, UID, "1000:3");
	(void)make(f, OTHER, "1001");
	cg_ccache_destroy(cg_ccache_next(f->all, UID, 0));
	(void)make(f, UID, "1000:4");
}

static void a_cache_has_so_many_tickets(void **state)
{
	struct fixture *f = *state;
	struct cg_ccache *cache = make(f, UID, "1000");
	char name[64];
	struct cg_ticket *t;

	for (int i = 0; i < 8; i++) {
		(void)snprintf(name, sizeof(name), "h/%d@EXAMPLE.TEST", i);
		store(cache, ticket(f, name));
	}
	t = ticket(f, CIFS);
	assert_int_equal(cg_ccache_store(cache, t), CG_E_LIMIT);
	talloc_free(t);
	store(cache, ticket(f, "h/3@EXAMPLE.TEST"));
	assert_int_equal(cg_ccache_n_tickets(cache), 8);
}

static struct cg_ticket *big_ticket(struct fixture *f, const char *server)
{
	static const uint8_t big[60000];
	struct cg_ticket *t = ticket(f, server);

	assert_int_equal(cg_ticket_set(t, &t->ticket, (struct cg_bytes){
					       big, sizeof(big) }), CG_OK);
	return t;
}

static void a_uid_has_so_many_bytes_and_gets_them_back(void **state)
{
	struct fixture *f = *state;
	struct cg_ccache *cache = make(f, UID, "1000");
	struct cg_ccache *second = make(f, UID, "1000:b");
	struct cg_ticket *t = big_ticket(f, TGS);

	store(cache, big_ticket(f, CIFS));
	assert_int_equal(cg_ccache_store(second, t), CG_E_LIMIT);
	store(cache, big_ticket(f, CIFS));	/* instead of the other */
	store(make(f, OTHER, "1001"), big_ticket(f, CIFS));
	for (int i = 0; i < 10; i++) {
		cg_ccache_destroy(cache);
		cache = make(f, UID, "1000");
		store(cache, big_ticket(f, CIFS));
	}
	cg_ccache_destroy(cache);
	store(second, t);
}

static void all_uids_together_have_so_many_bytes(void **state)
{
	const struct cg_quota quota = { 4, 8, 100000, 100000 };
	struct fixture *f;
	struct cg_ticket *t;

	(void)state;
	(void)open_with((void **)&f, &quota);
	store(make(f, UID, "1000"), big_ticket(f, CIFS));
	t = big_ticket(f, CIFS);
	assert_int_equal(cg_ccache_store(make(f, OTHER, "1001"), t),
			 CG_E_LIMIT);
	talloc_free(f);
}

static void moving_takes_everything_along(void **state)
{
	struct fixture *f = *state;
	struct cg_ccache *from = make(f, UID, "1000:tmp");
	struct cg_ccache *to = make(f, UID, "1000");
	uint8_t uuid[CG_CCACHE_UUID_LEN];
	uint64_t life = cg_ccache_life(to);

	memcpy(uuid, cg_ccache_uuid(to), sizeof(uuid));
	store(from, tgt(f, 1));
	store(from, ticket(f, CIFS));
	store(to, tgt(f, 2));
	cg_ccache_tickets_set_offset(cg_ccache_contents(from), 5);
	assert_int_equal(cg_ccache_move(f->all, UID, text("1000:tmp"),
					text("1000")), CG_OK);
	assert_int_equal(status_of(f, UID, "1000:tmp"), CG_E_NOT_FOUND);
	assert_int_equal(cg_ccache_by_uuid(f->all, UID, uuid, &to), CG_OK);
	assert_int_not_equal(cg_ccache_life(to), life);
	assert_int_equal(cg_ccache_n_tickets(to), 2);
	assert_int_equal(cg_ccache_tgt(to)->kept.v, 1);
	assert_int_equal(cg_ccache_tickets_offset(cg_ccache_contents(to)), 5);
	assert_int_equal(f->n_forgotten, 1);
	assert_int_equal(f->forgotten[0], 2);
	assert_int_equal(cg_ccache_move(f->all, UID, text("1000"),
					text("1000:new")), CG_OK);
	assert_int_equal(f->n_forgotten, 1);
}

static void moving_to_itself_or_elsewhere_changes_nothing(void **state)
{
	struct fixture *f = *state;

	store(make(f, UID, "1000"), tgt(f, 1));
	assert_int_equal(cg_ccache_move(f->all, UID, text("1000"),
					text("1000:")), CG_OK);
	assert_int_equal(cg_ccache_move(f->all, UID, text("1000"),
					text("1001")), CG_E_DENIED);
	assert_int_equal(cg_ccache_move(f->all, OTHER, text("1000"),
					text("1001")), CG_E_DENIED);
	assert_int_equal(cg_ccache_move(f->all, UID, text("1000:x"),
					text("1000:y")), CG_E_NOT_FOUND);
	assert_int_equal(status_of(f, UID, "1000:y"), CG_E_NOT_FOUND);
	assert_int_equal(cg_ccaches_count(f->all).tickets, 1);
	assert_int_equal(f->n_forgotten, 0);
}

static enum cg_status replace(struct fixture *f, const char *name,
			      struct cg_ticket **tickets, size_t n)
{
	const struct cg_ccache_new by = {
		.name = text(name),
		.principal = kcm_princ(f, BOB),
		.offset_s = -3,
		.tickets = tickets,
		.n_tickets = n,
	};

	return cg_ccache_replace(f->all, UID, &by);
}

static void replacing_makes_or_changes_a_cache(void **state)
{
	struct fixture *f = *state;
	struct cg_ticket *first[] = { tgt(f, 1) };
	struct cg_ticket *second[] = { tgt(f, 2), ticket(f, CIFS) };
	struct cg_ccache *cache;

	assert_int_equal(replace(f, "1000", first, 1), CG_OK);
	assert_int_equal(replace(f, "1000", second, 2), CG_OK);
	assert_int_equal(cg_ccache_find(f->all, UID, text("1000"), &cache),
			 CG_OK);
	assert_int_equal(cg_ccache_n_tickets(cache), 2);
	assert_int_equal(cg_ccache_tickets_offset(cg_ccache_contents(cache)),
			 -3);
	assert_int_equal(f->n_forgotten, 1);
	assert_int_equal(f->forgotten[0], 1);
}

static void replacing_that_fails_changes_nothing(void **state)
{
	struct fixture *f = *state;
	struct cg_ticket *small[] = { tgt(f, 1) };
	struct cg_ticket *big[] = { tgt(f, 2), big_ticket(f, CIFS),
				    big_ticket(f, "h/1@EXAMPLE.TEST") };
	struct cg_ticket *elsewhere[] = { tgt(f, 3) };
	struct cg_ccache *cache;

	assert_int_equal(replace(f, "1000", small, 1), CG_OK);
	assert_int_equal(replace(f, "1000", big, 3), CG_E_LIMIT);
	assert_int_equal(cg_ccache_find(f->all, UID, text("1000"), &cache),
			 CG_OK);
	assert_int_equal(cg_ccache_n_tickets(cache), 1);
	assert_int_equal(f->n_forgotten, 1);
	assert_int_equal(f->forgotten[0], 2);
	assert_int_equal(replace(f, "1001", elsewhere, 1), CG_E_DENIED);
	assert_int_equal(f->forgotten[1], 3);
	assert_int_equal(status_of(f, UID, "1000:n"), CG_E_NOT_FOUND);
	assert_int_equal(cg_ccaches_count(f->all).caches, 1);
}

static void a_failed_replacement_leaves_no_new_cache(void **state)
{
	struct fixture *f = *state;
	struct cg_ticket *big[] = { big_ticket(f, CIFS),
				    big_ticket(f, "h/1@EXAMPLE.TEST") };

	assert_int_equal(replace(f, "1000:n", big, 2), CG_E_LIMIT);
	assert_int_equal(status_of(f, UID, "1000:n"), CG_E_NOT_FOUND);
	assert_int_equal(cg_ccaches_count(f->all).uids, 0);
}

static double now_s(void)
{
	struct timespec now;

	(void)clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

/* The last thousand of ten thousand must not take much longer than the first
 * thousand; a list searched to its end would take ten times as long. */
static void filling_a_cache_is_not_quadratic(void **state)
{
	struct fixture *f = *state;
	struct cg_ccache *cache = make(f, UID, "1000");
	double first = 0;
	double last = 0;
	char name[64];

	for (int i = 0; i < MANY; i++) {
		struct cg_ticket *t;
		double start;

		(void)snprintf(name, sizeof(name), "h/%d@EXAMPLE.TEST", i);
		t = ticket(f, name);
		start = now_s();
		store(cache, t);
		first += i < 1000 ? now_s() - start : 0;
		last += i >= MANY - 1000 ? now_s() - start : 0;
	}
	assert_true(last < first * 5 + 0.005);
	assert_int_equal(cg_ccache_n_tickets(cache), MANY);
	for (int i = 0; i < MANY; i += 37) {
		(void)snprintf(name, sizeof(name), "h/%d@EXAMPLE.TEST", i);
		assert_non_null(find(f, cache, name));
	}
}

/* Appendix A of the paper that defines it. */
static void the_hash_is_siphash(void **state)
{
	const struct cg_ccache_hash key = { 0x0706050403020100U,
					    0x0f0e0d0c0b0a0908U };
	uint8_t input[15];

	(void)state;
	for (uint8_t i = 0; i < sizeof(input); i++) {
		input[i] = i;
	}
	assert_true(cg_ccache_hash(&key, (struct cg_bytes){
					   input, sizeof(input) })
		    == 0xa129ca6149be45e5U);
}

static void tickets_are_listed_in_order_and_found_by_uuid(void **state)
{
	struct fixture *f = *state;
	struct cg_ccache *cache = make(f, UID, "1000");
	struct cg_ccache_tickets *tickets = cg_ccache_contents(cache);
	struct cg_ticket *given[3] = { tgt(f, 1), ticket(f, CIFS),
				       ticket(f, "h/1@EXAMPLE.TEST") };
	struct cg_ccache_entry *entry = NULL;
	uint8_t unknown[CG_CCACHE_UUID_LEN] = { 0 };

	for (int i = 0; i < 3; i++) {
		store(cache, given[i]);
	}
	for (int i = 0; i < 3; i++) {
		entry = cg_ccache_tickets_next(tickets, entry);
		assert_ptr_equal(cg_ccache_entry_ticket(entry), given[i]);
		assert_ptr_equal(cg_ccache_tickets_by_uuid(
					 tickets, cg_ccache_entry_uuid(entry)),
				 entry);
	}
	assert_null(cg_ccache_tickets_next(tickets, entry));
	assert_null(cg_ccache_tickets_by_uuid(tickets, unknown));
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(only_names_of_the_uid_itself_are_its_own),
		TEST(a_name_is_printable_and_of_bounded_length),
		TEST(an_empty_subsidiary_is_the_first_cache),
		TEST(the_default_falls_back_to_the_first_name),
		TEST(a_uuid_leads_only_its_uid_to_the_cache),
		TEST(caches_are_listed_in_the_order_they_came),
		TEST(a_new_name_is_nobodys),
		TEST(a_duplicate_is_replaced),
		cmocka_unit_test_setup_teardown(variants_of_a_name_are_bounded,
						set_up_large, tear_down),
		TEST(the_tgt_of_the_own_realm_is_the_tgt),
		TEST(the_tgt_of_another_client_is_not_the_tgt),
		TEST(a_tgt_that_leaves_is_forgotten_once),
		TEST(a_tgt_renewed_in_place_is_not_forgotten),
		TEST(expired_service_tickets_go_and_the_tgt_stays),
		TEST(configuration_entries_are_no_tickets_to_show),
		TEST(expired_tickets_make_room_for_others),
		TEST(the_kdcs_clock_decides_what_is_expired),
		TEST(a_uid_has_so_many_caches),
		TEST(a_cache_has_so_many_tickets),
		TEST(a_uid_has_so_many_bytes_and_gets_them_back),
		cmocka_unit_test(all_uids_together_have_so_many_bytes),
		TEST(moving_takes_everything_along),
		TEST(moving_to_itself_or_elsewhere_changes_nothing),
		TEST(replacing_makes_or_changes_a_cache),
		TEST(replacing_that_fails_changes_nothing),
		TEST(a_failed_replacement_leaves_no_new_cache),
		cmocka_unit_test_setup_teardown(
			filling_a_cache_is_not_quadratic, set_up_large,
			tear_down),
		cmocka_unit_test(the_hash_is_siphash),
		TEST(tickets_are_listed_in_order_and_found_by_uuid),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
