/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which tickets may leave, by their name; and the wire form of names. */
#include "isolated-helper/vault/krb5_names.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "idl/cg_idl.h"
#include "idl/cursor.h"

#define MAX_PARTS 20
#define ENTERPRISE 10
#define X500 6
#define WELL_KNOWN 11
#define MS_NAME (-128)

/* A name with parts that may hold any byte; {0} ends. */
struct sample {
	struct cg_bytes realm;
	struct cg_bytes parts[MAX_PARTS];
	uint32_t n;
};

#define BYTES(text) { (const uint8_t *)(text), sizeof(text) - 1 }
#define REALM BYTES("EXAMPLE.TEST")
#define NAME1(a) { REALM, { BYTES(a) }, 1 }
#define NAME2(a, b) { REALM, { BYTES(a), BYTES(b) }, 2 }
#define NAME3(a, b, c) { REALM, { BYTES(a), BYTES(b), BYTES(c) }, 3 }

static size_t encode(const struct sample *s, int32_t type, uint8_t *out,
		     size_t cap)
{
	struct cg_writer w = cg_writer_of(out, cap);
	size_t len = 0;

	cg_writer_u32_be(&w, (uint32_t)type);
	cg_writer_u32_be(&w, s->n);
	cg_writer_counted_be(&w, s->realm);
	for (uint32_t i = 0; i < s->n; i++) {
		cg_writer_counted_be(&w, s->parts[i]);
	}
	assert_int_equal(cg_writer_finish(&w, &len), CG_OK);
	return len;
}

static bool may_leave(const struct sample *s, int32_t type)
{
	uint8_t wire[CG_PRINCIPAL_MAX];
	krb5_principal name = NULL;
	size_t len = encode(s, type, wire, sizeof(wire));
	bool may;

	assert_int_equal(cg_names_parse((struct cg_bytes){ wire, len }, &name),
			 CG_OK);
	may = cg_names_may_leave(name);
	krb5_free_principal(NULL, name);
	return may;
}

static const int32_t types[] = {
	KRB5_NT_UNKNOWN, KRB5_NT_PRINCIPAL, KRB5_NT_SRV_INST, KRB5_NT_SRV_HST,
	KRB5_NT_SRV_XHST, 5, X500, ENTERPRISE, WELL_KNOWN, MS_NAME, -130, -1,
	INT32_MAX, INT32_MIN,
};

static void expect(const struct sample *samples, size_t n, bool want)
{
	for (size_t i = 0; i < n; i++) {
		for (size_t t = 0; t < sizeof(types) / sizeof(types[0]); t++) {
			if (may_leave(&samples[i], types[t]) != want) {
				fail_msg("sample %zu, type %d", i, types[t]);
			}
		}
	}
}

static void services_of_hosts_leave_whatever_their_type(void **state)
{
	static const struct sample names[] = {
		NAME2("host", "fs1.example.test"),
		NAME2("HOST", "FS1"),
		NAME2("cifs", "fs1"),
		NAME2("HTTP", "fs1.example.test:8080"),
		NAME2("MSSQLSvc", "db.example.test:1433"),
		NAME3("ldap", "dc1.example.test", "example.test"),
		NAME3("E3514235-4B06-11D1-AB04-00C04FC2DCD2",
		      "f3d1c0a4-0000-4000-8000-000000000000", "example.test"),
		NAME2("kafka", "fs1"),
		NAME2("krb", "fs1"),
		NAME2("my_service.v2-1", "fs1"),
		NAME2("host", "krbtgt"),
	};

	(void)state;
	expect(names, sizeof(names) / sizeof(names[0]), true);
}

static void ticket_granting_names_stay_in_every_spelling_and_type(void **state)
{
	static const struct sample names[] = {
		NAME2("krbtgt", "EXAMPLE.TEST"),
		NAME2("krbtgt", "OTHER.TEST"),
		NAME2("KRBTGT", "EXAMPLE.TEST"),
		NAME2("KrbTgt", "example.test"),
		NAME2("krbtgt_12345", "EXAMPLE.TEST"),
		NAME2("krbtgt-old", "EXAMPLE.TEST"),
		NAME2("krbtgt2", "EXAMPLE.TEST"),
		NAME3("krbtgt", "OTHER.TEST", "EXAMPLE.TEST"),
		NAME3("krbtgt", "", ""),
		NAME2("krbtgt", ""),
		NAME2("krbtgt\0", "EXAMPLE.TEST"),
		NAME2("\0krbtgt", "EXAMPLE.TEST"),
		NAME2("krb\0tgt", "EXAMPLE.TEST"),
		NAME2(" krbtgt", "EXAMPLE.TEST"),
		NAME2("krbtgt ", "EXAMPLE.TEST"),
		NAME2("krbtgt/EXAMPLE.TEST", "x"),
		NAME2("krbtgt\\", "x"),
		NAME2("krbtgt@EXAMPLE.TEST", "x"),
		NAME2("\xef\xbd\x8brbtgt", "EXAMPLE.TEST"),	/* wide k */
		NAME2("\xe2\x84\xaa" "rbtgt", "EXAMPLE.TEST"),	/* kelvin */
	};

	(void)state;
	expect(names, sizeof(names) / sizeof(names[0]), false);
}

static void names_for_changing_passwords_stay(void **state)
{
	static const struct sample names[] = {
		NAME2("kadmin", "changepw"),
		NAME2("KADMIN", "changepw"),
		NAME2("Kadmin", "ADMIN"),
		NAME2("kadmin", "fs1.example.test"),
		NAME2("kadmind", "fs1"),
		NAME3("kadmin", "changepw", "x"),
	};

	(void)state;
	expect(names, sizeof(names) / sizeof(names[0]), false);
}

/* A KDC may take any of these for an account, krbtgt among them. */
static void names_of_one_component_stay(void **state)
{
	static const struct sample names[] = {
		NAME1("krbtgt"),
		NAME1("alice"),
		NAME1("fs1$"),
		NAME1("host"),
		NAME1("krbtgt/OTHER.TEST@EXAMPLE.TEST"),
		NAME1("host/fs1.example.test"),
		NAME1("host\\/fs1"),
		NAME1("alice@example.test"),
		NAME1("EXAMPLE\\krbtgt"),
		NAME1("CN=krbtgt,CN=Users,DC=example,DC=test"),
		NAME1("S-1-5-21-1-2-3-502"),
		NAME1("f3d1c0a4-0000-4000-8000-000000000000"),
	};

	(void)state;
	expect(names, sizeof(names) / sizeof(names[0]), false);
}

static void empty_and_odd_components_stay(void **state)
{
	static const struct sample names[] = {
		NAME1(""),
		NAME2("", ""),
		NAME2("", "krbtgt"),
		NAME2("host", ""),
		NAME2("", "fs1"),
		NAME2("host\0", "fs1"),
		NAME2("ho\nst", "fs1"),
		NAME2("h\xc3\xb6st", "fs1"),
		NAME2("host/fs1", "x"),
		NAME2("CN=krbtgt,DC=example", "DC=test"),
		NAME2("EXAMPLE\\krbtgt", "x"),
		NAME2("krbtgt@EXAMPLE.TEST", "EXAMPLE.TEST"),
	};

	(void)state;
	expect(names, sizeof(names) / sizeof(names[0]), false);
}

static void every_byte_but_letters_digits_and_three_signs_stays(void **state)
{
	static const char allowed[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
		"0123456789.-_";

	(void)state;
	for (unsigned int c = 0; c < 256; c++) {
		uint8_t service[] = { 's', (uint8_t)c, 'x' };
		struct sample s = NAME2("", "fs1");
		bool want = c != 0 && strchr(allowed, (int)c) != NULL;

		s.parts[0] = (struct cg_bytes){ service, sizeof(service) };
		assert_int_equal(may_leave(&s, KRB5_NT_SRV_INST), want);
	}
}

static bool is_tgs(const struct sample *s, krb5_data *realm)
{
	uint8_t wire[CG_PRINCIPAL_MAX];
	static krb5_principal name;
	size_t len = encode(s, KRB5_NT_SRV_INST, wire, sizeof(wire));

	krb5_free_principal(NULL, name);
	assert_int_equal(cg_names_parse((struct cg_bytes){ wire, len }, &name),
			 CG_OK);
	return cg_names_is_tgs(name, realm);
}

static void only_krbtgt_with_one_realm_is_a_tgs(void **state)
{
	static const struct sample good = NAME2("krbtgt", "OTHER.TEST");
	static const struct sample bad[] = {
		NAME1("krbtgt"), NAME2("krbtgt", ""), NAME2("host", "fs1"),
		NAME2("krbtgt_1", "R"), NAME2("krbtg", "R"),
		NAME3("krbtgt", "R", "R"), NAME2("krbtgt\0", "R"),
		NAME1("krbtgt/OTHER.TEST"), NAME2("kadmin", "changepw"),
	};
	krb5_data realm;

	(void)state;
	assert_true(is_tgs(&good, &realm));
	assert_int_equal(realm.length, 10);
	assert_memory_equal(realm.data, "OTHER.TEST", 10);
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		assert_false(is_tgs(&bad[i], &realm));
		assert_int_equal(realm.length, 0);
	}
}

static void a_name_comes_back_as_it_was(void **state)
{
	static const struct sample names[] = {
		NAME1("alice"), NAME2("host", "fs1"), NAME3("a", "", "c"),
		NAME2("nul\0inside", "\xff\xfe"), NAME1(""),
		{ BYTES(""), { BYTES("host"), BYTES("fs1") }, 2 },
		{ REALM, { BYTES("1"), BYTES("2"), BYTES("3"), BYTES("4"),
			   BYTES("5"), BYTES("6"), BYTES("7"), BYTES("8"),
			   BYTES("9"), BYTES("10"), BYTES("11"), BYTES("12"),
			   BYTES("13"), BYTES("14"), BYTES("15"),
			   BYTES("16") }, 16 },
	};
	uint8_t wire[CG_PRINCIPAL_MAX];

	(void)state;
	for (size_t i = 0; i < sizeof(names) / sizeof(names[0]); i++) {
		size_t len = encode(&names[i], MS_NAME, wire, sizeof(wire));
		krb5_principal name = NULL;
		struct cg_bytes back;

		assert_int_equal(cg_names_parse((struct cg_bytes){ wire, len },
						&name), CG_OK);
		assert_int_equal(name->type, MS_NAME);
		assert_int_equal(cg_names_format(name, &back), CG_OK);
		assert_int_equal(back.len, len);
		assert_memory_equal(back.data, wire, len);
		free((void *)(uintptr_t)back.data);
		krb5_free_principal(NULL, name);
	}
}

static enum cg_status parse(const uint8_t *wire, size_t len)
{
	krb5_principal name = (void *)(uintptr_t)wire;
	enum cg_status st = cg_names_parse((struct cg_bytes){ wire, len },
					   &name);

	if (st != CG_OK) {
		assert_null(name);
	}
	krb5_free_principal(NULL, name);
	return st;
}

static void a_cut_or_longer_name_is_refused(void **state)
{
	static const struct sample s = NAME3("ldap", "dc1", "example.test");
	uint8_t wire[CG_PRINCIPAL_MAX] = { 0 };
	size_t len = encode(&s, 1, wire, sizeof(wire));

	(void)state;
	for (size_t n = 0; n <= len + 4; n++) {
		assert_int_equal(parse(wire, n),
				 n == len ? CG_OK : CG_E_INVALID);
	}
	assert_int_equal(parse(NULL, 0), CG_E_INVALID);
}

static void forged_counts_and_lengths_are_refused(void **state)
{
	static const struct sample s = NAME2("host", "fs1");
	uint8_t good[256] = { 0 };
	size_t len = encode(&s, 1, good, sizeof(good));
	static const uint32_t forged[] = { 0, 1, 3, 16, 17, 255, 65536,
					   0x7fffffff, 0x80000000,
					   0xfffffffc, 0xffffffff };
	static const size_t at[] = { 4, 8, 24 };

	(void)state;
	for (size_t i = 0; i < sizeof(at) / sizeof(at[0]); i++) {
		for (size_t j = 0; j < sizeof(forged) / sizeof(forged[0]);
		     j++) {
			uint8_t wire[sizeof(good)];
			struct cg_writer w = cg_writer_of(wire + at[i], 4);

			memcpy(wire, good, sizeof(wire));
			cg_writer_u32_be(&w, forged[j]);
			assert_int_equal(parse(wire, len), CG_E_INVALID);
		}
	}
}

static void seventeen_components_are_refused(void **state)
{
	struct sample s = { .realm = REALM, .n = 17 };
	uint8_t wire[CG_PRINCIPAL_MAX];

	(void)state;
	for (size_t i = 0; i < s.n; i++) {
		s.parts[i] = (struct cg_bytes)BYTES("x");
	}
	assert_int_equal(parse(wire, encode(&s, 1, wire, sizeof(wire))),
			 CG_E_INVALID);
	s.n = 16;
	assert_int_equal(parse(wire, encode(&s, 1, wire, sizeof(wire))),
			 CG_OK);
}

static void a_realm_of_256_bytes_is_refused(void **state)
{
	static uint8_t long_realm[256];
	struct sample s = NAME2("host", "fs1");
	uint8_t wire[CG_PRINCIPAL_MAX];

	(void)state;
	memset(long_realm, 'R', sizeof(long_realm));
	s.realm = (struct cg_bytes){ long_realm, 256 };
	assert_int_equal(parse(wire, encode(&s, 1, wire, sizeof(wire))),
			 CG_E_INVALID);
	s.realm.len = 255;
	assert_int_equal(parse(wire, encode(&s, 1, wire, sizeof(wire))),
			 CG_OK);
}

static void a_name_that_is_too_long_for_the_wire_is_not_written(void **state)
{
	static char text[CG_PRINCIPAL_MAX];
	krb5_data part = { KV5M_DATA, 0, text };
	struct krb5_principal_data name = { .data = &part, .length = 1 };
	struct cg_bytes out;

	(void)state;
	part.length = CG_PRINCIPAL_MAX - 16;	/* type, count, two lengths */
	assert_int_equal(cg_names_format(&name, &out), CG_OK);
	assert_int_equal(out.len, CG_PRINCIPAL_MAX);
	free((void *)(uintptr_t)out.data);
	part.length++;
	assert_int_equal(cg_names_format(&name, &out), CG_E_LIMIT);
	assert_null(out.data);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(services_of_hosts_leave_whatever_their_type),
		cmocka_unit_test(
			ticket_granting_names_stay_in_every_spelling_and_type),
		cmocka_unit_test(names_for_changing_passwords_stay),
		cmocka_unit_test(names_of_one_component_stay),
		cmocka_unit_test(empty_and_odd_components_stay),
		cmocka_unit_test(
			every_byte_but_letters_digits_and_three_signs_stays),
		cmocka_unit_test(only_krbtgt_with_one_realm_is_a_tgs),
		cmocka_unit_test(a_name_comes_back_as_it_was),
		cmocka_unit_test(a_cut_or_longer_name_is_refused),
		cmocka_unit_test(forged_counts_and_lengths_are_refused),
		cmocka_unit_test(seventeen_components_are_refused),
		cmocka_unit_test(a_realm_of_256_bytes_is_refused),
		cmocka_unit_test(
			a_name_that_is_too_long_for_the_wire_is_not_written),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
