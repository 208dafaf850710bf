/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What credguardctl prints: durations, times, tables, JSON, levels. */
#include "plugin/client/ctl_caches.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <time.h>

#include "idl/cg_idl.h"
#include "idl/protection.h"
#include "idl/sealing.h"
#include "plugin/client/ctl_cache.h"
#include "plugin/client/ctl_lock.h"
#include "plugin/client/ctl_principal.h"
#include "plugin/client/ctl_offline.h"
#include "plugin/client/ctl_protection.h"
#include "plugin/client/ctl_samba.h"
#include "plugin/client/ctl_status_text.h"
#include "plugin/client/ctl_table.h"
#include "plugin/client/ctl_terminal.h"
#include "plugin/client/ctl_ticket.h"
#include "plugin/client/ctl_time.h"
#include "plugin/client/duration.h"
#include "plugin/client/printable.h"

#define BYTES(s) ((struct cg_bytes){ (const uint8_t *)(s), sizeof(s) - 1 })
#define FLAG_RENEWABLE 0x00800000U
#define ALL_BITS 0x7fdU		/* all but CG_PROT_LOCKED_MEMORY */

/* Lines that print wrote, as one text that the caller frees. */
struct capture {
	char *text;
	size_t len;
	FILE *file;
};

static void capture_begin(struct capture *c)
{
	c->file = open_memstream(&c->text, &c->len);
	assert_non_null(c->file);
}

static void assert_lines_fit(const char *text, size_t width)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\n");
		char *line = strndup(text, len);

		if (cg_printable_width(line) >= width) {
			fail_msg("wider than %zu: %s", width, line);
		}
		free(line);
		text += len + (text[len] == '\n' ? 1 : 0);
	}
}

static void assert_duration(const char *text, uint32_t want_s)
{
	uint32_t got_s;

	assert_int_equal(cg_duration_parse(text, &got_s), CG_OK);
	assert_int_equal(got_s, want_s);
}

static void durations_have_units_in_order(void **state)
{
	(void)state;
	assert_duration("10h", 36000);
	assert_duration("7d", 604800);
	assert_duration("90m", 5400);
	assert_duration("45s", 45);
	assert_duration("600", 600);
	assert_duration("1d2h3m4s", 93784);
	assert_duration("1h30m", 5400);
	assert_duration("2147483647", 2147483647);
	assert_duration("0h5m", 300);
}

static void what_is_no_duration_is_refused(void **state)
{
	static const char *const bad[] = {
		"", "h", "x", "10x", "10 h", " 10h", "10h ", "-1h", "+1h",
		"1h1h", "1m1h", "1h5", "5:00", "1.5h", "0", "0h", "1hh",
		"0x10", "1H",
	};
	uint32_t got_s;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		got_s = 9;
		assert_int_equal(cg_duration_parse(bad[i], &got_s),
				 CG_E_INVALID);
		assert_int_equal(got_s, 0);
	}
}

static void a_duration_that_overflows_is_refused(void **state)
{
	static const char *const bad[] = {
		"2147483648", "99999999999999999999999999", "24856d",
		"24855d24h", "596523h60m",
	};
	uint32_t got_s;

	(void)state;
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_int_equal(cg_duration_parse(bad[i], &got_s),
				 CG_E_LIMIT);
	}
}

static void assert_duration_text(uint64_t s, const char *want)
{
	char *text = cg_duration_text(NULL, s);

	assert_string_equal(text, want);
	talloc_free(text);
}

static void durations_are_printed_by_their_largest_units(void **state)
{
	(void)state;
	assert_duration_text(0, "0 s");
	assert_duration_text(59, "59 s");
	assert_duration_text(60, "1 min");
	assert_duration_text(3840, "1 h 4 min");
	assert_duration_text(86400 + 59, "1 d");
	assert_duration_text(3 * 86400 + 4 * 3600, "3 d 4 h");
}

static void assert_printable(struct cg_bytes in, const char *want)
{
	char *text = cg_printable(NULL, in);

	assert_string_equal(text, want);
	talloc_free(text);
}

static void only_printable_utf8_is_printed_as_it_is(void **state)
{
	(void)state;
	assert_printable(BYTES("KCM:1000"), "KCM:1000");
	assert_printable(BYTES("m\xc3\xbcller \xe2\x82\xac \xf0\x9f\x94\x91"),
			 "m\xc3\xbcller \xe2\x82\xac \xf0\x9f\x94\x91");
	assert_printable(BYTES("\0\t\n\033\177"), "\\x00\\x09\\x0a\\x1b\\x7f");
	/* C1 controls, too short, too long, surrogates, beyond Unicode. */
	assert_printable(BYTES("\xc2\x9b"), "\\xc2\\x9b");
	assert_printable(BYTES("\xc3"), "\\xc3");
	assert_printable(BYTES("\xc0\xaf"), "\\xc0\\xaf");
	assert_printable(BYTES("\xe0\x80\xaf"), "\\xe0\\x80\\xaf");
	assert_printable(BYTES("\xed\xa0\x80"), "\\xed\\xa0\\x80");
	assert_printable(BYTES("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");
	/* Text that is turned around. */
	assert_printable(BYTES("a\xe2\x80\xae" "b"), "a\\xe2\\x80\\xaeb");
}

static void every_pair_of_bytes_is_printed_as_utf8(void **state)
{
	(void)state;
	for (unsigned int i = 0; i < 0x10000; i++) {
		const uint8_t in[] = { (uint8_t)(i >> 8), (uint8_t)i };
		char *text = cg_printable(NULL, (struct cg_bytes){ in, 2 });
		json_t *value = json_string(text);

		/* jansson takes valid UTF-8 only. */
		assert_non_null(value);
		json_decref(value);
		talloc_free(text);
	}
}

static void text_is_broken_between_words(void **state)
{
	char *text = cg_ctl_wrapped(NULL, "one two  three verylongwordhere x",
				    2, 12);

	(void)state;
	assert_string_equal(text, "one two\n  three\n  verylongwordhere\n  x");
	talloc_free(text);
	text = cg_ctl_wrapped(NULL, "one two  three", 2, 0);
	assert_string_equal(text, "one two three");
	talloc_free(text);
}

static void far_times_show_the_year(void **state)
{
	const uint64_t now = 1800000000;	/* 15 Jan 2027, 08:00 UTC */
	char *text;

	(void)state;
	text = cg_ctl_time_text(NULL, now + 3600, now);
	assert_string_equal(text, "15 Jan 09:00");
	talloc_free(text);
	text = cg_ctl_time_text(NULL, now - 30 * 86400, now);
	assert_string_equal(text, "16 Dec 08:00");
	talloc_free(text);
	text = cg_ctl_time_text(NULL, now + 400 * 86400, now);
	assert_string_equal(text, "19 Feb 2028");
	talloc_free(text);
	text = cg_ctl_time_text(NULL, 0, now);
	assert_string_equal(text, "-");
	talloc_free(text);
	text = cg_ctl_time_text(NULL, UINT64_MAX, now);
	assert_string_equal(text, "?");
	talloc_free(text);
	text = cg_ctl_time_text(NULL, INT64_MAX, now);
	assert_string_equal(text, "?");
	talloc_free(text);
}

static void a_wide_table_is_shortened_in_the_middle(void **state)
{
	static const struct cg_ctl_table_column columns[] = {
		{ "NAME", true, false }, { "N", false, true },
	};
	const struct cg_ctl_table_cell rows[][2] = {
		{ { "abcdefghijklmnopqrstuvwxyz", CG_TINT_NONE },
		  { "1", CG_TINT_NONE } },
		{ { "short", CG_TINT_BAD }, { "12345", CG_TINT_NONE } },
	};
	struct cg_ctl_table *table = cg_ctl_table_new(NULL, columns, 2);
	struct capture c;

	(void)state;
	assert_true(cg_ctl_table_add(table, rows[0]));
	assert_true(cg_ctl_table_add(table, rows[1]));
	capture_begin(&c);
	cg_ctl_table_print(table, c.file, 0);
	fclose(c.file);
	assert_string_equal(c.text,
		"NAME                            N\n"
		"abcdefghijklmnopqrstuvwxyz      1\n"
		"short                       12345\n");
	free(c.text);
	capture_begin(&c);
	cg_ctl_table_print(table, c.file, 23);
	fclose(c.file);
	assert_string_equal(c.text,
		"NAME                 N\n"
		"abcdef...uvwxyz      1\n"
		"short            12345\n");
	free(c.text);
	talloc_free(table);
}

static struct cg_client_list_out cache_of_alice(uint64_t now)
{
	return (struct cg_client_list_out){
		.index = 1, .uid = 0, .is_default = 1, .has_tgt = 1,
		.has_ntlm = 1,
		.n_tickets = 3, .ticket_flags = FLAG_RENEWABLE,
		.starttime = now - 60, .endtime = now + 36000,
		.renew_till = now + 604800,
		.client = BYTES("\0\0\0\1\0\0\0\1\0\0\0\14EXAMPLE.TEST"
				"\0\0\0\5alice"),
		.cache = BYTES("KCM:1000"),
	};
}

static void a_ticket_can_be_renewed_while_it_is_valid(void **state)
{
	const uint64_t now = 1800000000;
	struct cg_client_list_out cache = cache_of_alice(now);

	(void)state;
	assert_true(cg_ctl_ticket_may_renew(&cache, now));
	assert_false(cg_ctl_ticket_has_expired(&cache, cache.endtime - 1));
	assert_true(cg_ctl_ticket_has_expired(&cache, cache.endtime));
	assert_false(cg_ctl_ticket_may_renew(&cache, cache.endtime));
	cache.ticket_flags = 0;
	assert_false(cg_ctl_ticket_may_renew(&cache, now));
	assert_true(cg_ctl_ticket_ends(&cache, now));
	cache.next_due = now + 1;	/* got anew, by itself */
	assert_false(cg_ctl_ticket_ends(&cache, now));
	cache = cache_of_alice(now);
	assert_false(cg_ctl_ticket_ends(&cache, now));
	cache.renew_till = cache.endtime;
	assert_true(cg_ctl_ticket_ends(&cache, now));
	assert_false(cg_ctl_ticket_ends(&cache, cache.endtime));
	cache = cache_of_alice(now);
	cache.has_tgt = 0;
	assert_false(cg_ctl_ticket_ends(&cache, now));
	assert_false(cg_ctl_ticket_may_renew(&cache, now));
	assert_false(cg_ctl_ticket_has_expired(&cache, cache.endtime));
}

static void the_list_fits_a_terminal_and_tells_what_expired(void **state)
{
	const uint64_t now = cg_ctl_time_now();
	struct cg_client_list_out of[] = {
		cache_of_alice(now), cache_of_alice(now), cache_of_alice(now),
		cache_of_alice(now), cache_of_alice(now),
	};
	const struct cg_ctl_caches caches = { of, 5 };
	struct capture c;

	(void)state;
	of[1].cache = BYTES("KCM:1000:with_a_name_that_is_far_too_long_here");
	of[1].is_default = 0;
	of[1].endtime = now - 1;
	of[2].cache = BYTES("KCM:1000:\033[31mred");
	of[2].has_tgt = 0;
	of[2].has_ntlm = 0;
	of[3].cache = BYTES("KCM:1000:short");
	of[3].ticket_flags = 0;
	of[4].endtime = now - 1;
	of[4].next_due = now - 2;
	of[0].next_due = now + 60;
	capture_begin(&c);
	assert_true(cg_ctl_caches_print(&caches, true, c.file, 80));
	fclose(c.file);
	assert_lines_fit(c.text, 80);
	assert_non_null(strstr(c.text, "*  KCM:1000 "));
	assert_non_null(strstr(c.text, "has expired and cannot be"));
	assert_non_null(strstr(c.text, "no TGT"));
	assert_non_null(strstr(c.text, "  3  yes "));
	assert_non_null(strstr(c.text, "  3  -  "));
	assert_non_null(strstr(c.text, "KCM:1000:short cannot be renewed,"));
	assert_non_null(strstr(c.text, "there is a new one, by itself"));
	assert_non_null(strstr(c.text, "KCM:1000 is renewed by itself, next"));
	assert_null(strchr(c.text, '\033'));
	assert_non_null(strstr(c.text, "root"));
	free(c.text);
}

static void the_list_as_json_has_every_field(void **state)
{
	const uint64_t now = 1800000000;
	struct cg_client_list_out of[] = { cache_of_alice(now) };
	const struct cg_ctl_caches caches = { of, 1 };
	json_t *value;
	json_t *cache;
	char *text;

	(void)state;
	of[0].cache = BYTES("KCM:1000:\"quoted\\\n\377");
	of[0].renew_till = 0;
	value = cg_ctl_caches_json(&caches, now);
	text = json_dumps(value, 0);
	json_decref(value);
	value = json_loads(text, 0, NULL);
	free(text);
	cache = json_array_get(json_object_get(value, "caches"), 0);
	assert_string_equal(json_string_value(json_object_get(cache, "cache")),
			    "KCM:1000:\"quoted\\\\x0a\\xff");
	assert_string_equal(json_string_value(
		json_object_get(cache, "principal")), "alice@EXAMPLE.TEST");
	assert_true(json_is_true(json_object_get(cache, "default")));
	assert_true(json_is_true(json_object_get(cache, "valid")));
	assert_true(json_is_false(json_object_get(cache, "renewable")));
	assert_true(json_is_null(json_object_get(cache, "renew_until")));
	assert_int_equal(json_integer_value(json_object_get(cache, "expires")),
			 now + 36000);
	assert_true(json_is_true(json_object_get(cache, "ntlm")));
	assert_true(json_is_null(json_object_get(cache, "next_renewal")));
	assert_true(json_is_false(json_object_get(cache, "reacquires")));
	assert_true(json_is_true(json_object_get(cache, "ends")));
	assert_int_equal(json_object_size(cache), 16);
	json_decref(value);
}

static void the_level_is_what_the_bits_allow(void **state)
{
	struct cg_ctl_protection p = { .bits = ALL_BITS };

	(void)state;
	assert_int_equal(cg_ctl_protection_level(&p), 2);
	for (uint32_t bit = 1; bit <= CG_PROT_USER_NAMESPACE; bit <<= 1) {
		unsigned int want = 2;

		if ((bit & (CG_PROT_SECRET_MEMORY |
			    CG_PROT_SECRET_STACK)) != 0) {
			want = 1;
		} else if ((bit & (CG_PROT_UNDUMPABLE | CG_PROT_NO_NEW_PRIVS |
				   CG_PROT_NO_CAPS | CG_PROT_SECCOMP)) != 0) {
			want = 0;
		}
		p.bits = ALL_BITS & ~bit;
		assert_int_equal(cg_ctl_protection_level(&p), want);
	}
	p.bits = 0;
	assert_int_equal(cg_ctl_protection_level(&p), 0);
}

static const struct cg_ctl_samba samba_loads = {
	.state = CG_SAMBA_LOADS, .path = "/lib/samba/gensec/x.so",
};

static char *text_of(const struct cg_client_status_out *service,
		     const struct cg_ctl_samba *samba)
{
	const struct cg_ctl_status status = {
		.service = service, .samba = samba, .now = 3841,
	};
	struct capture c;

	capture_begin(&c);
	cg_ctl_status_print(&status, c.file, 0);
	fclose(c.file);
	assert_lines_fit(c.text, 80);
	return c.text;
}

static char *status_text(uint32_t bits, uint32_t peerpidfd)
{
	const struct cg_client_status_out status = {
		.protection = bits, .peerpidfd = peerpidfd, .started = 1,
		.n_entries = 3, .n_ntlm = 2, .policy_lock = CG_SEALING_TPM,
		.arena_size = 64U << 20, .arena_used = 1U << 20,
	};

	return text_of(&status, &samba_loads);
}

static void assert_in_order(const char *text, const char *const *words)
{
	for (; *words != NULL; words++) {
		const char *found = strstr(text, *words);

		if (found == NULL) {
			fail_msg("\"%s\" is not (or earlier) in: %s", *words,
				 text);
			return;
		}
		text = found;
	}
}

static void a_full_status_names_the_level_and_what_is_open(void **state)
{
	static const char *const words[] = {
		"running since", "(1 h 4 min)", "Protection level 2 of 4",
		"protected from", "gcore", "not protected from", "uprobes",
		"key loggers", "secret memory       yes",
		"peer pidfd          yes", "1.0 of 64.0 MiB",
		"that answer NTLM: 2", NULL,
	};
	char *text = status_text(ALL_BITS, 1);

	(void)state;
	assert_in_order(text, words);
	assert_null(strstr(text, "no:"));
	free(text);
}

static void every_missing_protection_names_its_fallback(void **state)
{
	static const char *const words[] = {
		"Protection level 0 of 4", "secret memory       no: ordinary",
		"secret stack        no: ", "no core dumps       no: ",
		"no new privileges   no: ", "no capabilities     no: ",
		"system call filter  no: ", "Landlock            no: ",
		"no new code         no: ", "empty root          no: ",
		"own namespace       no: ",
		"peer pidfd          no: SO_PEERCRED only (kernel older than",
		NULL,
	};
	char *text = status_text(0, 0);

	(void)state;
	assert_in_order(text, words);
	free(text);
}

static void an_old_kernel_has_level_1_and_locked_memory(void **state)
{
	static const char *const words[] = {
		"Protection level 1 of 4", "programs of the same user",
		"not protected from", "gcore",
		"secret memory       no: locked ordinary memory (kernel "
		"without memfd_secret)", NULL,
	};
	const uint32_t bits = ALL_BITS ^ (CG_PROT_SECRET_MEMORY |
					  CG_PROT_LOCKED_MEMORY);
	char *text = status_text(bits, 0);

	(void)state;
	assert_in_order(text, words);
	free(text);
}

static void a_module_that_samba_refuses_is_named_with_the_reason(void **state)
{
	const struct cg_client_status_out service = { .protection = ALL_BITS };
	const struct cg_ctl_samba samba = {
		.state = CG_SAMBA_REFUSED, .path = "/lib/samba/gensec/x.so",
		.reason = "version `SAMBA_9' not found",
	};
	static const char *const words[] = {
		"Samba's programs", "use the vault       no: ",
		"/lib/samba/gensec/x.so", "SAMBA_9", NULL,
	};
	char *text = text_of(&service, &samba);

	(void)state;
	assert_in_order(text, words);
	free(text);
}

static void a_module_that_is_not_there_is_absent(void **state)
{
	struct cg_ctl_samba samba = cg_ctl_samba_look(NULL, "/nonexistent");

	(void)state;
	assert_int_equal(samba.state, CG_SAMBA_ABSENT);
	assert_string_equal(cg_ctl_samba_word(samba.state), "absent");
}

static void a_file_that_is_no_module_is_refused(void **state)
{
	TALLOC_CTX *frame = talloc_new(NULL);
	struct cg_ctl_samba samba = cg_ctl_samba_look(frame, "/etc/passwd");

	(void)state;
	assert_int_equal(samba.state, CG_SAMBA_REFUSED);
	assert_non_null(strstr(samba.reason, "invalid ELF header"));
	talloc_free(frame);
}

static const char *offline_value(uint32_t bits, size_t i)
{
	return cg_ctl_offline_row(bits, i).value;
}

static void what_keeps_verifiers_is_told_plainly(void **state)
{
	static const char *const words[] = {
		"Offline logon", "sealing key", "a file, host.key: root",
		"encrypt the disk", "old copies", "copy of the whole disk",
		"verifiers           0", NULL,
	};
	const uint32_t key = CG_PROT_SEALING_HOST_KEY;
	char *text = status_text(key | CG_PROT_SEEN_KEPT, 0);

	(void)state;
	assert_in_order(text, words);
	free(text);
	assert_string_equal(offline_value(key, 0), "host-key-file");
	assert_string_equal(offline_value(CG_PROT_SEALING_TPM, 0), "tpm");
	assert_string_equal(offline_value(0, 0), "none");
	assert_string_equal(offline_value(CG_PROT_SEEN_KEPT, 1), "file");
	assert_string_equal(offline_value(CG_PROT_SEALING_TPM, 1), "memory");
	assert_string_equal(offline_value(CG_PROT_SEEN_KEPT |
					  CG_PROT_SEALING_TPM, 1), "tpm");
	assert_string_equal(offline_value(0, 1), "memory");
	assert_false(cg_ctl_offline_row(CG_PROT_SEALING_TPM, 0).is_weak);
	assert_true(cg_ctl_offline_row(key, 0).is_weak);
}

static void who_can_undo_the_lock_of_the_policy_is_told(void **state)
{
	(void)state;
	assert_non_null(strstr(cg_ctl_lock_told(CG_SEALING_HOST_KEY).text,
			       "root can undo it: no TPM"));
	assert_true(cg_ctl_lock_told(CG_SEALING_HOST_KEY).is_weak);
	assert_false(cg_ctl_lock_told(CG_SEALING_TPM).is_weak);
	assert_string_equal(cg_ctl_lock_told(CG_SEALING_NONE).word, "none");
}

static void the_status_as_json_has_every_bit(void **state)
{
	const struct cg_client_status_out status = {
		.protection = ALL_BITS, .peerpidfd = 1, .started = 100,
		.arena_size = UINT64_MAX, .n_uids = 2,
		.policy_lock = CG_SEALING_HOST_KEY,
	};
	const struct cg_ctl_status of = {
		.service = &status, .samba = &samba_loads, .now = 200,
	};
	json_t *value = cg_ctl_status_json(&of);
	json_t *bits = json_object_get(value, "protection");

	(void)state;
	assert_true(json_is_true(json_object_get(value, "running")));
	assert_int_equal(json_object_size(bits), 12);
	assert_true(json_is_true(json_object_get(bits, "secret_memory")));
	assert_true(json_is_false(json_object_get(bits, "locked_memory")));
	assert_true(json_is_true(json_object_get(bits, "peer_pidfd")));
	assert_int_equal(json_integer_value(
		json_object_get(value, "protection_level")), 2);
	assert_int_equal(json_integer_value(
		json_object_get(value, "uptime")), 100);
	assert_true(json_integer_value(json_object_get(json_object_get(
		value, "vault"), "memory")) == INT64_MAX);
	assert_string_equal(json_string_value(json_object_get(json_object_get(
		value, "samba"), "state")), "loads");
	assert_string_equal(json_string_value(json_object_get(
		value, "policy_lock")), "file");
	json_decref(value);
}

static void a_login_name_of_winbind_loses_its_domain(void **state)
{
	(void)state;
	assert_string_equal(cg_ctl_principal_of_login("alice"), "alice");
	assert_string_equal(cg_ctl_principal_of_login("EXAMPLE\\alice"),
			    "alice");
}

static void assert_cache_name(const char *typed, const char *want)
{
	TALLOC_CTX *frame = talloc_new(NULL);

	assert_string_equal(cg_ctl_cache_name(frame, typed), want);
	talloc_free(frame);
}

static void a_plain_word_is_short_for_a_cache_of_ones_own(void **state)
{
	(void)state;
	assert_cache_name("work", "KCM:0:work");
	assert_cache_name("2nd", "KCM:0:2nd");
	assert_cache_name("KCM:1000", "KCM:1000");
	assert_cache_name("1000:work", "1000:work");
	assert_cache_name("1000", "1000");
	assert_cache_name("", "");
	assert_int_equal(cg_ctl_cache_bytes(NULL).len, 0);
	assert_int_equal(cg_ctl_cache_bytes("work").len, 4);
}

static void the_cache_is_the_one_that_programs_use(void **state)
{
	TALLOC_CTX *frame = talloc_new(NULL);

	(void)state;
	setenv("KRB5CCNAME", "KCM:0:work", 1);
	assert_cache_name(NULL, "KCM:0:work");
	assert_cache_name("KCM:0", "KCM:0");
	setenv("KRB5CCNAME", "KCM:", 1);
	assert_null(cg_ctl_cache_name(frame, NULL));
	setenv("KRB5CCNAME", "FILE:/nonexistent", 1);
	assert_null(cg_ctl_cache_name(frame, NULL));
	unsetenv("KRB5CCNAME");
	talloc_free(frame);
}

static int use_utc(void **state)
{
	(void)state;
	setenv("TZ", "UTC", 1);
	tzset();
	return 0;
}

int main(void)
{
#define TEST(f) cmocka_unit_test(f)
	const struct CMUnitTest tests[] = {
		TEST(durations_have_units_in_order),
		TEST(what_is_no_duration_is_refused),
		TEST(a_duration_that_overflows_is_refused),
		TEST(durations_are_printed_by_their_largest_units),
		TEST(only_printable_utf8_is_printed_as_it_is),
		TEST(every_pair_of_bytes_is_printed_as_utf8),
		TEST(text_is_broken_between_words),
		TEST(far_times_show_the_year),
		TEST(a_wide_table_is_shortened_in_the_middle),
		TEST(a_ticket_can_be_renewed_while_it_is_valid),
		TEST(the_list_fits_a_terminal_and_tells_what_expired),
		TEST(the_list_as_json_has_every_field),
		TEST(the_level_is_what_the_bits_allow),
		TEST(a_full_status_names_the_level_and_what_is_open),
		TEST(every_missing_protection_names_its_fallback),
		TEST(an_old_kernel_has_level_1_and_locked_memory),
		TEST(what_keeps_verifiers_is_told_plainly),
		TEST(who_can_undo_the_lock_of_the_policy_is_told),
		TEST(the_status_as_json_has_every_bit),
		TEST(a_module_that_samba_refuses_is_named_with_the_reason),
		TEST(a_module_that_is_not_there_is_absent),
		TEST(a_file_that_is_no_module_is_refused),
		TEST(a_login_name_of_winbind_loses_its_domain),
		TEST(a_plain_word_is_short_for_a_cache_of_ones_own),
		TEST(the_cache_is_the_one_that_programs_use),
	};

	return cmocka_run_group_tests(tests, use_utc, NULL);
}
