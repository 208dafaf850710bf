/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Principals: typed, on the wire, printed. */
#include "plugin/client/krb5_principal.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <cmocka.h>
#include <krb5.h>
#include <unistd.h>

#include "idl/cg_idl.h"

#define BYTES(s) ((struct cg_bytes){ (const uint8_t *)(s), sizeof(s) - 1 })

static char config_path[] = "/tmp/cg-principal-XXXXXX";

static void use_config(const char *text)
{
	FILE *file = fopen(config_path, "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
	setenv("KRB5_CONFIG", config_path, 1);
}

static int set_up(void **state)
{
	int fd = mkstemp(config_path);

	(void)state;
	assert_true(fd >= 0);
	close(fd);
	use_config("[libdefaults]\ndefault_realm = EXAMPLE.TEST\n");
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	return unlink(config_path);
}

static void assert_parses(const char *text, bool enterprise,
			  struct cg_bytes want)
{
	TALLOC_CTX *frame = talloc_new(NULL);
	struct cg_bytes got;
	int32_t code;

	assert_int_equal(cg_principal_parse(frame, text, enterprise, &got,
					    &code), CG_OK);
	assert_int_equal(got.len, want.len);
	assert_memory_equal(got.data, want.data, want.len);
	talloc_free(frame);
}

static void the_wire_form_is_that_of_the_ccache_file(void **state)
{
	(void)state;
	assert_parses("alice@OTHER.TEST", false,
		      BYTES("\0\0\0\1\0\0\0\1\0\0\0\12OTHER.TEST"
			    "\0\0\0\5alice"));
	assert_parses("HTTP/www.example.test@R", false,
		      BYTES("\0\0\0\1\0\0\0\2\0\0\0\1R\0\0\0\4HTTP"
			    "\0\0\0\20www.example.test"));
}

static void without_a_realm_the_default_one_is_taken(void **state)
{
	(void)state;
	assert_parses("alice", false,
		      BYTES("\0\0\0\1\0\0\0\1\0\0\0\14EXAMPLE.TEST"
			    "\0\0\0\5alice"));
}

static void an_enterprise_name_is_one_component_of_its_type(void **state)
{
	(void)state;
	assert_parses("alice@example.test", true,
		      BYTES("\0\0\0\12\0\0\0\1\0\0\0\14EXAMPLE.TEST"
			    "\0\0\0\22alice@example.test"));
	assert_parses("alice@example.test", false,
		      BYTES("\0\0\0\1\0\0\0\1\0\0\0\14example.test"
			    "\0\0\0\5alice"));
}

static void what_is_no_name_has_libkrb5s_code(void **state)
{
	struct cg_bytes got = BYTES("left over");
	int32_t code;

	(void)state;
	assert_int_equal(cg_principal_parse(NULL, "alice@A@B", false, &got,
					    &code), CG_E_KRB5);
	assert_int_equal(code, KRB5_PARSE_MALFORMED);
	assert_null(got.data);
}

static void a_missing_default_realm_is_its_own_status(void **state)
{
	struct cg_bytes got;
	int32_t code;

	(void)state;
	/* No look-up by host name either. */
	use_config("[libdefaults]\ndns_lookup_realm = false\n"
		   "realm_try_domains = -1\n");
	assert_int_equal(cg_principal_parse(NULL, "alice@X.TEST", false, &got,
					    &code), CG_OK);
	talloc_free((void *)(uintptr_t)got.data);
	assert_int_equal(cg_principal_parse(NULL, "alice", false, &got, &code),
			 CG_E_NOT_FOUND);
	use_config("[libdefaults]\ndefault_realm = EXAMPLE.TEST\n");
}

static void only_a_name_that_fits_the_message_is_made(void **state)
{
	char text[CG_PRINCIPAL_MAX + 16];
	struct cg_bytes got;
	int32_t code;

	(void)state;
	/* 12 bytes before the realm, 1 + 4 for realm and length. */
	memset(text, 'a', sizeof(text));
	strcpy(text + CG_PRINCIPAL_MAX - 17, "@R");
	assert_int_equal(cg_principal_parse(NULL, text, false, &got, &code),
			 CG_OK);
	assert_int_equal(got.len, CG_PRINCIPAL_MAX);
	talloc_free((void *)(uintptr_t)got.data);
	memset(text, 'a', sizeof(text));
	strcpy(text + CG_PRINCIPAL_MAX - 16, "@R");
	assert_int_equal(cg_principal_parse(NULL, text, false, &got, &code),
			 CG_E_LIMIT);
}

static void assert_prints(struct cg_bytes wire, const char *want)
{
	char *text = cg_principal_text(NULL, wire);

	assert_string_equal(text, want);
	talloc_free(text);
}

static void names_are_printed_as_klist_does(void **state)
{
	static const char *const names[] = {
		"alice@EXAMPLE.TEST", "HTTP/www.example.test@EXAMPLE.TEST",
		"krbtgt/EXAMPLE.TEST@EXAMPLE.TEST", "a\\/b@R", "a\\@b@R",
		"back\\\\slash@R", "@R", "a/b/c@R", "ws1$@EXAMPLE.TEST",
		"m\xc3\xbcller@R",
	};
	struct cg_bytes wire;
	int32_t code;

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		assert_int_equal(cg_principal_parse(NULL, names[i], false,
						    &wire, &code), CG_OK);
		assert_prints(wire, names[i]);
		talloc_free((void *)(uintptr_t)wire.data);
	}
}

static void an_enterprise_name_is_printed_as_it_was_typed(void **state)
{
	struct cg_bytes wire;
	int32_t code;

	(void)state;
	assert_int_equal(cg_principal_parse(NULL, "alice@example.test", true,
					    &wire, &code), CG_OK);
	assert_prints(wire, "alice@example.test");
	talloc_free((void *)(uintptr_t)wire.data);
}

static void control_characters_do_not_reach_the_terminal(void **state)
{
	(void)state;
	assert_prints(BYTES("\0\0\0\1\0\0\0\1\0\0\0\1R\0\0\0\4a\33[m"),
		      "a\\x1b[m@R");
	assert_prints(BYTES("\0\0\0\1\0\0\0\1\0\0\0\1R\0\0\0\4a\0\n\377"),
		      "a\\x00\\x0a\\xff@R");
}

static void only_the_whole_name_is_printed(void **state)
{
	static const uint8_t name[] =
		"\0\0\0\1\0\0\0\2\0\0\0\1R\0\0\0\1a\0\0\0\1b";

	(void)state;
	for (size_t n = 0; n <= sizeof(name); n++) {
		assert_prints((struct cg_bytes){ name, n },
			      n == sizeof(name) - 1 ? "a/b@R" : "?");
	}
	assert_prints(BYTES("\0\0\0\1\377\377\377\377\0\0\0\1R"), "?");
	assert_prints(BYTES("\0\0\0\1\0\0\0\1\377\377\377\377R"), "?");
}

static void the_realm_alone_can_be_printed(void **state)
{
	char *text;

	(void)state;
	text = cg_principal_realm(NULL, BYTES(
		"\0\0\0\1\0\0\0\1\0\0\0\2R\n\0\0\0\1a"));
	assert_string_equal(text, "R\\x0a");
	talloc_free(text);
	text = cg_principal_realm(NULL, BYTES("\0\0\0\1"));
	assert_string_equal(text, "?");
	talloc_free(text);
}

int main(void)
{
#define TEST(f) cmocka_unit_test(f)
	const struct CMUnitTest tests[] = {
		TEST(the_wire_form_is_that_of_the_ccache_file),
		TEST(without_a_realm_the_default_one_is_taken),
		TEST(an_enterprise_name_is_one_component_of_its_type),
		TEST(what_is_no_name_has_libkrb5s_code),
		TEST(a_missing_default_realm_is_its_own_status),
		TEST(only_a_name_that_fits_the_message_is_made),
		TEST(names_are_printed_as_klist_does),
		TEST(an_enterprise_name_is_printed_as_it_was_typed),
		TEST(control_characters_do_not_reach_the_terminal),
		TEST(only_the_whole_name_is_printed),
		TEST(the_realm_alone_can_be_printed),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
