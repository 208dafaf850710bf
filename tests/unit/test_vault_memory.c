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
#include "tests/unit/seal.h"

#define UID 1000U
#define CLIENT "alice@EXAMPLE.TEST"
#define TGT "krbtgt/EXAMPLE.TEST@EXAMPLE.TEST"
#define SERVICE "host/fs1.example.test@EXAMPLE.TEST"
#define CANARY_LEN 32U
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

static bool is_canary(const volatile uint8_t *at)
{
	for (size_t i = 0; i < SEEN_MIN; i++) {
		if (at[i] != canary_byte(i)) {
			return false;
		}
	}
	return true;
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
