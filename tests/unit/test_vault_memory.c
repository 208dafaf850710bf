/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Nothing of a secret is left in memory once it was forgotten: this process
 * has the vault's own malloc, and searches all that it can write to. */
#include "tests/unit/vault_session.h"

#include <krb5.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>

#include <cmocka.h>

#include "idl/limits.h"
#include "isolated-helper/vault/arena.h"
#include "isolated-helper/vault/malloc.h"
#include "isolated-helper/vault/secret.h"
#include "tests/unit/lying_kdc.h"
#include "tests/unit/ntlm_messages.h"
#include "tests/unit/seal.h"

#define UID 1000U
#define CLIENT "alice@EXAMPLE.TEST"
#define TGT "krbtgt/EXAMPLE.TEST@EXAMPLE.TEST"
#define SERVICE "host/fs1.example.test@EXAMPLE.TEST"
#define CANARY_LEN 32U
#define KEY_EXCH 0x40000000U
#define ARENA_LEN ((size_t)64 << 20)
#define SEEN_MIN 12U		/* so many bytes in a row betray it */

/* Printable, so that it may be a password, and nowhere but where it is made:
 * the search computes it byte by byte, and no compiler makes a constant or a
 * vector of it. */
static volatile size_t seed = 5;

static uint8_t canary_byte(size_t i)
{
	return (uint8_t)('!' + (i * 37 + i * i * 11 + seed) % 90);
}

static void canary_make(volatile uint8_t *out)
{
	for (size_t i = 0; i < CANARY_LEN; i++) {
		out[i] = canary_byte(i);
	}
}

/* What is looked for instead, when the vault has made it: never whole in
 * memory because of us. */
#define MASK 0x5a
static struct {
	volatile uint8_t byte[SEEN_MIN];
	bool is_wanted;
} masked;

static uint8_t wanted_byte(size_t i)
{
	return masked.is_wanted ? masked.byte[i] ^ MASK : canary_byte(i);
}

static bool is_canary(const volatile uint8_t *at)
{
	for (size_t i = 0; i < SEEN_MIN; i++) {
		if (at[i] != wanted_byte(i)) {
			return false;
		}
	}
	return true;
}

static void look_for(struct cg_secret_bytes secret)
{
	assert_true(secret.len >= SEEN_MIN);
	for (size_t i = 0; i < SEEN_MIN; i++) {
		masked.byte[i] = secret.data[i] ^ MASK;
	}
	masked.is_wanted = true;
}

static unsigned int count_in(uintptr_t from, uintptr_t to)
{
	unsigned int n = 0;

	for (uintptr_t at = from; at + CANARY_LEN <= to; at++) {
		if (is_canary((const volatile uint8_t *)at)) {
			n++;
			print_message("found at %#lx of %#lx-%#lx\n", at,
				      from, to);
		}
	}
	return n;
}

/* In every private or shared mapping that can be written. */
static unsigned int count_canaries(void)
{
	FILE *maps = fopen("/proc/self/maps", "r");
	char line[512];
	unsigned int n = 0;

	assert_non_null(maps);
	while (fgets(line, sizeof(line), maps) != NULL) {
		unsigned long from = 0;
		unsigned long to = 0;
		char rights[5] = "";

		assert_int_equal(sscanf(line, "%lx-%lx %4s", &from, &to,
					rights), 3);
		if (strncmp(rights, "rw", 2) == 0) {
			n += count_in(from, to);
		}
	}
	fclose(maps);
	return n;
}

/* What the channel would do: the message's buffers are wiped. */
static void settle(struct session *s)
{
	free(s->request);
	s->request = NULL;
	cg_wipe(s->reply, CG_MSG_MAX);
}

static void forget_all(struct session *s, uint32_t want)
{
	const struct cg_forget_uid_in in = { .uid = UID };
	struct cg_forget_uid_out out;

	assert_int_equal(call_forget_uid(s, &in, &out), CG_OK);
	assert_int_equal(out.n_forgotten, want);
	settle(s);
}

static struct cg_handle import_canary_tgt(struct session *s)
{
	static const uint8_t ticket[100];
	uint8_t key[CANARY_LEN];
	struct cg_import_ticket_in in = {
		.uid = UID,
		.enctype = ENCTYPE_AES256_CTS_HMAC_SHA1_96,
		.endtime = cg_vault_now() + 3600,
		.client = session_name(CLIENT),
		.server = session_name(TGT),
		.session_key = { key, sizeof(key) },
		.ticket = { ticket, sizeof(ticket) },
	};
	struct cg_import_ticket_out out;

	canary_make(key);
	assert_int_equal(call_import_ticket(s, &in, &out), CG_OK);
	cg_wipe(key, sizeof(key));
	settle(s);
	return out.handle;
}

static void the_search_finds_what_is_there(void **state)
{
	uint8_t *p = malloc(1000);
	uint8_t local[CANARY_LEN];

	(void)state;
	assert_int_equal(count_canaries(), 0);
	canary_make(p + 501);
	assert_int_equal(count_canaries(), 1);
	canary_make(local);
	assert_int_equal(count_canaries(), 2);
	cg_wipe(local, sizeof(local));
	free(p);
	assert_int_equal(count_canaries(), 0);
}

static void a_stored_session_key_lies_in_one_place(void **state)
{
	struct session *s = *state;

	import_canary_tgt(s);
	assert_int_equal(count_canaries(), 1);
	forget_all(s, 1);
	assert_int_equal(count_canaries(), 0);
}

static void a_used_session_key_is_gone_once_it_is_forgotten(void **state)
{
	struct session *s = *state;
	struct cg_make_tgs_req_in in = { .uid = UID };
	struct cg_make_tgs_req_out out;

	in.tgt = import_canary_tgt(s);
	for (int i = 0; i < 3; i++) {
		in.server = session_name(SERVICE);
		/* The ticket is none; that is found after the key was used. */
		assert_int_equal(call_make_tgs_req(s, &in, &out), CG_E_KRB5);
		settle(s);
	}
	assert_int_equal(count_canaries(), 1);
	forget_all(s, 1);
	assert_int_equal(count_canaries(), 0);
}

static void a_released_session_key_is_gone_with_the_reply(void **state)
{
	struct session *s = *state;
	struct lying_kdc *kdc = lying_kdc_open();
	uint8_t contents[CANARY_LEN];
	krb5_keyblock key = { .enctype = ENCTYPE_AES256_CTS_HMAC_SHA1_96,
			      .length = CANARY_LEN, .contents = contents };
	struct cg_make_tgs_req_in make = { .uid = UID };
	struct cg_make_tgs_req_out made;
	struct cg_absorb_tgs_rep_in absorb = { .uid = UID };
	struct cg_absorb_tgs_rep_out absorbed;

	make.tgt = lying_kdc_import(kdc, s, UID, CLIENT, TGT);
	make.server = session_name(SERVICE);
	assert_int_equal(call_make_tgs_req(s, &make, &made), CG_OK);
	absorb.exchange = made.exchange;
	canary_make(contents);
	absorb.reply = lying_kdc_tgs(kdc, made.request,
				     &(struct lie){ .key = &key });
	cg_wipe(contents, sizeof(contents));
	assert_int_equal(call_absorb_tgs_rep(s, &absorb, &absorbed), CG_OK);
	assert_int_equal(absorbed.session_key.len, CANARY_LEN);
	assert_int_equal(absorbed.session_key.data[0], canary_byte(0));
	lying_kdc_close(kdc);
	settle(s);
	assert_int_equal(count_canaries(), 0);
	forget_all(s, 1);
}

/* With a key that is too large for its field the reply cannot be written. */
static void a_reply_that_failed_leaves_nothing_in_its_buffer(void **state)
{
	struct session *s = *state;
	struct lying_kdc *kdc = lying_kdc_open();
	uint8_t contents[CANARY_LEN];
	krb5_keyblock key = { .enctype = ENCTYPE_AES256_CTS_HMAC_SHA1_96,
			      .length = CANARY_LEN, .contents = contents };
	struct cg_make_tgs_req_in make = { .uid = UID };
	struct cg_make_tgs_req_out made;
	struct cg_absorb_tgs_rep_in absorb = { .uid = UID };
	struct cg_absorb_tgs_rep_out absorbed;

	make.tgt = lying_kdc_import(kdc, s, UID, CLIENT, TGT);
	make.server = session_name(SERVICE);
	assert_int_equal(call_make_tgs_req(s, &make, &made), CG_OK);
	absorb.exchange = made.exchange;
	canary_make(contents);
	absorb.reply = lying_kdc_tgs(kdc, made.request, &(struct lie){
		.key = &key, .ticket_len = CG_TICKET_MAX + 1 });
	cg_wipe(contents, sizeof(contents));
	assert_int_equal(call_absorb_tgs_rep(s, &absorb, &absorbed),
			 CG_E_LIMIT);
	lying_kdc_close(kdc);
	free(s->request);
	s->request = NULL;
	/* cg_serve wipes as much of the buffer as it sent. */
	cg_wipe(s->reply, s->reply_len);
	assert_int_equal(count_canaries(), 0);
}

static struct cg_handle import_canary_password(struct session *s)
{
	struct seal_to to = { s->public_key, UID, session_name(CLIENT) };
	struct cg_import_password_in in = { .uid = UID, .client = to.name };
	struct cg_import_password_out out;
	uint8_t text[CANARY_LEN];
	uint8_t box[SEAL_MAX];

	canary_make(text);
	in.sealed.data = box;
	in.sealed.len = seal(&to, (struct cg_bytes){ text, sizeof(text) },
			     box);
	cg_wipe(text, sizeof(text));
	assert_int_equal(call_import_password(s, &in, &out), CG_OK);
	settle(s);
	return out.handle;
}

static void a_stored_password_lies_in_one_place(void **state)
{
	struct session *s = *state;

	import_canary_password(s);
	assert_int_equal(count_canaries(), 1);
	forget_all(s, 1);
	assert_int_equal(count_canaries(), 0);
}

static void a_used_password_is_gone_when_its_exchange_ends(void **state)
{
	struct session *s = *state;
	struct lying_kdc *kdc = lying_kdc_open();
	struct cg_make_as_req_in make = { .uid = UID };
	struct cg_make_as_req_out made;
	struct cg_absorb_as_rep_in absorb = { .uid = UID };
	struct cg_absorb_as_rep_out absorbed;

	make.password = import_canary_password(s);
	assert_int_equal(call_make_as_req(s, &make, &made), CG_OK);
	absorb.exchange = made.exchange;
	/* libkrb5's copy; the vault's own is gone by now */
	assert_int_equal(count_canaries(), 1);
	/* Encrypted to another password: the vault's is tried and fails. */
	absorb.reply = lying_kdc_as(kdc, made.request, "wrong",
				    &(struct lie){ 0 });
	assert_int_equal(call_absorb_as_rep(s, &absorb, &absorbed),
			 CG_E_KRB5);
	lying_kdc_close(kdc);
	settle(s);
	assert_int_equal(count_canaries(), 0);
}

static void a_logon_that_is_forgotten_leaves_no_password(void **state)
{
	struct session *s = *state;
	struct cg_make_as_req_in make = { .uid = UID };
	struct cg_make_as_req_out made;

	make.password = import_canary_password(s);
	assert_int_equal(call_make_as_req(s, &make, &made), CG_OK);
	forget_all(s, 1);
	assert_int_equal(count_canaries(), 0);
}

/* A TGT with the first half of the canary as its NT hash. */
static struct cg_handle import_canary_hash(struct session *s,
					   struct lying_kdc *kdc)
{
	struct cg_handle tgt = lying_kdc_import(kdc, s, UID, CLIENT, TGT);
	struct cg_entry *e = cg_store_find(&s->vault.store, UID, tgt);
	uint8_t hash[CANARY_LEN];

	canary_make(hash);
	assert_int_equal(cg_secret_copy_in(
		(struct cg_secret_bytes){ hash, 16 }, &e->nt_hash), CG_OK);
	cg_wipe(hash, sizeof(hash));
	settle(s);
	return tgt;
}

static struct cg_make_ntlm_response_in ntlm_request(struct cg_handle tgt)
{
	static uint8_t negotiate[64];
	static uint8_t challenge[512];
	static uint8_t n;
	const struct ntlm_challenge c = {
		.flags = NTLM_FLAGS | KEY_EXCH,
		.server_challenge = { 1, ++n },
		.filetime = ntlm_filetime_now(),
	};

	return (struct cg_make_ntlm_response_in){
		.uid = UID,
		.tgt = tgt,
		.negotiate = { negotiate, ntlm_negotiate(
			NTLM_FLAGS | KEY_EXCH, negotiate) },
		.challenge = { challenge, ntlm_challenge(&c, challenge) },
		.target = { (const uint8_t *)"cifs/fs1", 8 },
	};
}

static void an_nt_hash_lies_in_one_place_also_when_it_was_used(void **state)
{
	struct session *s = *state;
	struct lying_kdc *kdc = lying_kdc_open();
	struct cg_handle tgt = import_canary_hash(s, kdc);
	struct cg_make_ntlm_response_out out;

	assert_int_equal(count_canaries(), 1);
	for (int i = 0; i < 3; i++) {
		const struct cg_make_ntlm_response_in in = ntlm_request(tgt);

		assert_int_equal(call_make_ntlm_response(s, &in, &out),
				 CG_OK);
		settle(s);
	}
	assert_int_equal(count_canaries(), 1);
	lying_kdc_close(kdc);
	forget_all(s, 1);
	assert_int_equal(count_canaries(), 0);
}

static void the_keys_of_ntlm_are_gone_with_the_reply(void **state)
{
	struct session *s = *state;
	struct lying_kdc *kdc = lying_kdc_open();
	struct cg_handle tgt = import_canary_hash(s, kdc);
	struct cg_make_ntlm_response_in in = ntlm_request(tgt);
	struct cg_make_ntlm_authenticate_in whole = { .uid = UID };
	struct cg_make_ntlm_response_out out;
	struct cg_make_ntlm_authenticate_out all;

	assert_int_equal(call_make_ntlm_response(s, &in, &out), CG_OK);
	look_for(out.session_base_key);
	assert_int_equal(count_canaries(), 1);
	settle(s);
	assert_int_equal(count_canaries(), 0);
	in = ntlm_request(tgt);
	whole.tgt = tgt;
	whole.negotiate = in.negotiate;
	whole.challenge = in.challenge;
	s->vault.ntlm_without_target = true;
	assert_int_equal(call_make_ntlm_authenticate(s, &whole, &all), CG_OK);
	look_for(all.session_key);
	assert_int_equal(count_canaries(), 1);
	settle(s);
	assert_int_equal(count_canaries(), 0);
	lying_kdc_close(kdc);
	forget_all(s, 1);
}

static enum cg_status look_for_lent(struct cg_secret_bytes lent, void *arg)
{
	(void)arg;
	look_for(lent);
	return CG_OK;
}

/* The canary is the password; its hash is then what is looked for. */
static void after_a_logon_there_is_one_hash_and_no_password(void **state)
{
	struct session *s = *state;
	struct lying_kdc *kdc = lying_kdc_open();
	struct cg_make_as_req_in make = { .uid = UID };
	struct cg_make_as_req_out made;
	struct cg_absorb_as_rep_in absorb = { .uid = UID };
	struct cg_absorb_as_rep_out absorbed;
	char text[CANARY_LEN + 1] = "";

	make.password = import_canary_password(s);
	assert_int_equal(call_make_as_req(s, &make, &made), CG_OK);
	absorb.exchange = made.exchange;
	canary_make((uint8_t *)text);
	absorb.reply = lying_kdc_as(kdc, made.request, text,
				    &(struct lie){ 0 });
	cg_wipe(text, sizeof(text));
	assert_int_equal(call_absorb_as_rep(s, &absorb, &absorbed), CG_OK);
	assert_int_equal(absorbed.has_ntlm, 1);
	lying_kdc_close(kdc);
	settle(s);
	assert_int_equal(count_canaries(), 0);
	assert_int_equal(cg_secret_with(s->vault.store.first->nt_hash,
					look_for_lent, NULL), CG_OK);
	assert_int_equal(count_canaries(), 1);
	forget_all(s, 1);
	assert_int_equal(count_canaries(), 0);
}

static void an_entry_takes_little_more_than_its_ticket(void **state)
{
	struct session *s = *state;
	size_t before;

	settle(s);
	before = cg_malloc_used();
	import_canary_tgt(s);
	assert_in_range(cg_malloc_used() - before, 200, 1024);
	forget_all(s, 1);
	assert_int_equal(cg_malloc_used(), before);
}

static int setup(void **state)
{
	*state = session_ready();
	masked.is_wanted = false;
	return 0;
}

static int teardown(void **state)
{
	session_free(*state);
	return 0;
}

#define TEST(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)

/* Debian binds libkrb5 and libk5crypto lazily, and the resolver saves vector
 * registers on the stack, a key that memcpy just moved among them. The
 * guardian starts the vault like this, too. */
static int bind_now(char *argv[])
{
	if (getenv("LD_BIND_NOW") != NULL) {
		return 0;
	}
	setenv("LD_BIND_NOW", "1", 1);
	return execv("/proc/self/exe", argv);
}

int main(int argc, char *argv[])
{
	const struct CMUnitTest tests[] = {
		TEST(the_search_finds_what_is_there),
		TEST(a_stored_session_key_lies_in_one_place),
		TEST(a_used_session_key_is_gone_once_it_is_forgotten),
		TEST(a_released_session_key_is_gone_with_the_reply),
		TEST(a_reply_that_failed_leaves_nothing_in_its_buffer),
		TEST(a_stored_password_lies_in_one_place),
		TEST(a_used_password_is_gone_when_its_exchange_ends),
		TEST(a_logon_that_is_forgotten_leaves_no_password),
		TEST(an_nt_hash_lies_in_one_place_also_when_it_was_used),
		TEST(the_keys_of_ntlm_are_gone_with_the_reply),
		TEST(after_a_logon_there_is_one_hash_and_no_password),
		TEST(an_entry_takes_little_more_than_its_ticket),
	};
	const struct cg_arena arena = {
		.heap = mmap(NULL, ARENA_LEN, PROT_READ | PROT_WRITE,
			     MAP_PRIVATE | MAP_ANONYMOUS, -1, 0),
		.heap_len = ARENA_LEN,
	};

	(void)argc;
	if (arena.heap == MAP_FAILED || bind_now(argv) != 0) {
		return 1;
	}
	cg_malloc_use(&arena);
	return cmocka_run_group_tests(tests, NULL, NULL);
}
