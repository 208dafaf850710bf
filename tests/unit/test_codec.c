/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The generated codec, message by message, field by field. */
#include "idl/cg_idl.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "idl/limits.h"
#include "tests/unit/messages.h"

#define SEED UINT64_C(0x63726564)
#define SMALL 9		/* bytes of an array where every cut is tried */

struct bench {			/* one allocation, for the whole group */
	uint8_t pool[CG_MSG_MAX];
	uint8_t in[MESSAGE_MAX];
	uint8_t out[MESSAGE_MAX];
	uint64_t random;
};

static struct cg_bytes pool_of(const struct bench *b)
{
	return (struct cg_bytes){ b->pool, sizeof(b->pool) };
}

/* Legal values with arrays of at most max_len bytes. */
static void fill(struct bench *b, const struct message *m, size_t max_len,
		 struct value *v)
{
	assert_in_range(m->n_fields, 1, MAX_FIELDS);
	cg_values_fill(m, &b->random, pool_of(b), max_len, v);
}

static enum cg_status pull(const struct message *m, const uint8_t *data,
			   size_t len, struct value *v)
{
	struct cg_reader r = cg_reader_of(data, len);
	enum cg_status st = m->pull(&r, v);

	assert_int_equal(st, r.failed ? CG_E_PROTO : CG_OK);
	if (st != CG_OK) {
		assert_true(cg_values_empty(m, v));
		return st;
	}
	return cg_reader_finish(&r);
}

static enum cg_status push(struct bench *b, const struct message *m,
			   const struct value *v, size_t *len)
{
	struct cg_writer w = cg_writer_of(b->out, CG_MSG_MAX);
	enum cg_status st = m->push(&w, v);

	assert_int_equal(cg_writer_finish(&w, len), st);
	return st;
}

/* Both sides of the codec take these values, or both refuse them. */
static void expect(struct bench *b, const struct message *m,
		   const struct value *v, bool ok)
{
	struct value got[MAX_FIELDS];
	size_t whole = cg_values_encode(m, v, b->in, 0);
	size_t len = 0;

	assert_int_equal(push(b, m, v, &len), ok ? CG_OK : CG_E_LIMIT);
	assert_int_equal(pull(m, b->in, whole, got), ok ? CG_OK : CG_E_PROTO);
	if (ok) {
		assert_int_equal(len, whole);
		assert_memory_equal(b->out, b->in, whole);
		assert_true(cg_values_equal(m, v, got));
	}
}

static void every_message_comes_back_as_it_went(void **state)
{
	struct bench *b = *state;

	for (const struct message *m = cg_messages; m->name != NULL; m++) {
		for (int round = 0; round < 200; round++) {
			struct value v[MAX_FIELDS];

			fill(b, m, round % 20 == 0 ? SIZE_MAX : 100, v);
			expect(b, m, v, true);
		}
	}
}

static void try_number(struct bench *b, const struct message *m, size_t i,
		       struct value *v)
{
	const struct field *f = &m->fields[i];

	v[i].number = f->min;
	expect(b, m, v, true);
	v[i].number = f->max;
	expect(b, m, v, true);
	if (f->kind == FIELD_U32 && f->max < UINT32_MAX) {
		v[i].number = f->max + 1;
		expect(b, m, v, false);
		v[i].number = UINT32_MAX;
		expect(b, m, v, false);
	}
	if (f->min > 0) {
		v[i].number = f->min - 1;
		expect(b, m, v, false);
	}
}

static void try_array(struct bench *b, const struct message *m, size_t i,
		      struct value *v)
{
	const struct field *f = &m->fields[i];
	uint8_t *longer = calloc(1, f->max + 1);

	assert_non_null(longer);
	for (size_t j = 0; j < m->n_fields; j++) {
		v[j].len = 0;
	}
	v[i] = (struct value){ .data = longer };
	expect(b, m, v, true);
	v[i].len = 1;
	expect(b, m, v, true);
	v[i].len = f->max;
	expect(b, m, v, true);
	v[i].len = f->max + 1;
	expect(b, m, v, false);
	free(longer);
}

static void every_field_is_held_to_its_bounds(void **state)
{
	struct bench *b = *state;

	for (const struct message *m = cg_messages; m->name != NULL; m++) {
		for (size_t i = 0; i < m->n_fields; i++) {
			struct value v[MAX_FIELDS];

			fill(b, m, SMALL, v);
			if (m->fields[i].kind == FIELD_BYTES) {
				try_array(b, m, i, v);
			} else {
				try_number(b, m, i, v);
			}
		}
	}
}

static void the_largest_of_every_message_fits_into_a_datagram(void **state)
{
	struct bench *b = *state;

	for (const struct message *m = cg_messages; m->name != NULL; m++) {
		struct value v[MAX_FIELDS] = { 0 };
		size_t len = 0;

		for (size_t i = 0; i < m->n_fields; i++) {
			const struct field *f = &m->fields[i];

			v[i].number = f->max;
			v[i].data = b->pool;
			if (f->kind == FIELD_BYTES) {
				v[i].number = 0;
				v[i].len = f->instead_of < 0 ? f->max : 0;
			}
		}
		assert_int_equal(push(b, m, v, &len), CG_OK);
		assert_in_range(len, 1, CG_MSG_MAX - CG_HEADER_LEN);
	}
}

static void only_the_whole_message_is_accepted(void **state)
{
	struct bench *b = *state;

	for (const struct message *m = cg_messages; m->name != NULL; m++) {
		struct value v[MAX_FIELDS];
		size_t whole = 0;

		fill(b, m, SMALL, v);
		whole = cg_values_encode(m, v, b->in, 0);
		for (size_t n = 0; n <= whole + 1; n++) {
			enum cg_status want = n == whole ? CG_OK : CG_E_PROTO;
			struct value got[MAX_FIELDS];

			/* A copy of exactly n bytes, for the sanitizer. */
			uint8_t *copy = calloc(1, n + 1);

			assert_non_null(copy);
			memcpy(copy + 1, b->in, n <= whole ? n : whole);
			assert_int_equal(pull(m, copy + 1, n, got), want);
			free(copy);
		}
	}
}

static void no_message_is_written_into_too_little_room(void **state)
{
	struct bench *b = *state;

	for (const struct message *m = cg_messages; m->name != NULL; m++) {
		struct value v[MAX_FIELDS];
		size_t whole = 0;

		fill(b, m, SMALL, v);
		whole = cg_values_encode(m, v, b->in, 0);
		for (size_t cap = 0; cap <= whole; cap++) {
			struct cg_writer w = cg_writer_of(b->out, cap);

			assert_int_equal(m->push(&w, v), cap == whole ? CG_OK
							 : CG_E_LIMIT);
		}
	}
}

static void two_arrays_that_exclude_each_other_are_refused(void **state)
{
	struct bench *b = *state;
	size_t n_seen = 0;

	for (const struct message *m = cg_messages; m->name != NULL; m++) {
		for (size_t i = 0; i < m->n_fields; i++) {
			int other = m->fields[i].instead_of;
			struct value v[MAX_FIELDS];

			if (other < 0) {
				continue;
			}
			n_seen++;
			fill(b, m, SMALL, v);
			v[i] = (struct value){ .data = b->pool, .len = 1 };
			v[other] = v[i];
			expect(b, m, v, false);
			v[other].len = 0;
			expect(b, m, v, true);
		}
	}
	assert_int_equal(n_seen, 2);
}

static void arrays_are_views_of_the_message(void **state)
{
	struct bench *b = *state;

	for (const struct message *m = cg_messages; m->name != NULL; m++) {
		struct value v[MAX_FIELDS];
		struct value got[MAX_FIELDS];
		size_t whole = 0;

		fill(b, m, SMALL, v);
		whole = cg_values_encode(m, v, b->in, 0);
		assert_int_equal(pull(m, b->in, whole, got), CG_OK);
		for (size_t i = 0; i < m->n_fields; i++) {
			if (m->fields[i].kind != FIELD_BYTES) {
				continue;
			}
			assert_true(got[i].data >= b->in);
			assert_true(got[i].data + got[i].len <= b->in + whole);
		}
	}
}

/* Any input ends in success or in a refusal; what is taken is rewritten the
 * same, so that no two byte sequences mean the same message. */
static void altered_messages_are_refused_or_mean_what_they_say(void **state)
{
	struct bench *b = *state;

	for (const struct message *m = cg_messages; m->name != NULL; m++) {
		for (int round = 0; round < 500; round++) {
			struct value v[MAX_FIELDS];
			size_t whole = 0;
			size_t len = 0;
			size_t at = 0;

			fill(b, m, SMALL, v);
			whole = cg_values_encode(m, v, b->in, 0);
			at = cg_values_random(&b->random) % whole;
			b->in[at] = (uint8_t)cg_values_random(&b->random);
			if (pull(m, b->in, whole, v) != CG_OK) {
				continue;
			}
			assert_int_equal(push(b, m, v, &len), CG_OK);
			assert_int_equal(len, whole);
			assert_memory_equal(b->out, b->in, whole);
		}
	}
}

static void a_request_has_exactly_these_bytes(void **state)
{
	static const uint8_t wire[] = {
		3, 0, 0, 0, 7, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, /* header */
		0xe8, 3, 0, 0, 0, 0, 0, 0,		/* uid 1000, padding */
		8, 7, 6, 5, 4, 3, 2, 1,			/* password */
		0x10, 0x0e, 0, 0, 0x80, 0x51, 1, 0,	/* 3600, 86400 */
		1, 0, 0, 0,				/* verify */
		1, 0, 0, 0,				/* kept */
	};
	const struct cg_header h = { .op = CG_OP_MAKE_AS_REQ, .id = 7 };
	const struct cg_make_as_req_in body = {
		.uid = 1000, .password = { 0x0102030405060708 },
		.lifetime_s = 3600, .renewable_s = 86400, .verify = 1,
		.kept = 1,
	};
	uint8_t buf[64];
	struct cg_writer w = cg_writer_of(buf, sizeof(buf));
	size_t len = 0;

	(void)state;
	assert_int_equal(cg_push_header(&w, &h), CG_OK);
	assert_int_equal(w.len, CG_HEADER_LEN);
	assert_int_equal(cg_push_make_as_req_in(&w, &body), CG_OK);
	assert_int_equal(cg_writer_finish(&w, &len), CG_OK);
	assert_int_equal(len, sizeof(wire));
	assert_memory_equal(buf, wire, sizeof(wire));
}

static void the_tables_name_every_operation_in_order(void **state)
{
#define NAME(upper, name, phase) { CG_OP_##upper, #name, CG_PHASE_##phase },
#define CLIENT(upper, name, phase) { CG_CLIENT_OP_##upper, #name, \
				     CG_PHASE_##phase },
	static const struct {
		unsigned int op;
		const char *name;
		enum cg_phase phase;
	} vault[] = { CG_VAULT_OPS(NAME) },
	  client[] = { CG_CLIENT_OPS(CLIENT) };
#undef NAME
#undef CLIENT

	(void)state;
	assert_int_equal(sizeof(vault) / sizeof(vault[0]), CG_OP_COUNT);
	assert_int_equal(sizeof(client) / sizeof(client[0]),
			 CG_CLIENT_OP_COUNT);
	for (unsigned int i = 0; i < CG_OP_COUNT; i++) {
		assert_int_equal(vault[i].op, i);
		assert_int_equal(vault[i].phase == CG_PHASE_READY,
				 i > 1 && i != CG_OP_IMPORT_MACHINE_KEY);
	}
	for (unsigned int i = 0; i < CG_CLIENT_OP_COUNT; i++) {
		assert_int_equal(client[i].op, i);
		assert_memory_equal(client[i].name, "client_", 7);
	}
	assert_string_equal(vault[CG_OP_IMPORT_BIRTH].name, "import_birth");
	assert_int_equal(vault[CG_OP_IMPORT_BIRTH].phase, CG_PHASE_NEW);
	assert_int_equal(vault[CG_OP_HELLO].phase, CG_PHASE_BORN);
}

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	if (b == NULL) {
		return -1;
	}
	b->random = SEED;
	for (size_t i = 0; i < sizeof(b->pool); i++) {
		b->pool[i] = (uint8_t)cg_values_random(&b->random);
	}
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	free(*state);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_message_comes_back_as_it_went),
		cmocka_unit_test(every_field_is_held_to_its_bounds),
		cmocka_unit_test(
			the_largest_of_every_message_fits_into_a_datagram),
		cmocka_unit_test(only_the_whole_message_is_accepted),
		cmocka_unit_test(no_message_is_written_into_too_little_room),
		cmocka_unit_test(
			two_arrays_that_exclude_each_other_are_refused),
		cmocka_unit_test(arrays_are_views_of_the_message),
		cmocka_unit_test(
			altered_messages_are_refused_or_mean_what_they_say),
		cmocka_unit_test(a_request_has_exactly_these_bytes),
		cmocka_unit_test(the_tables_name_every_operation_in_order),
	};

	return cmocka_run_group_tests(tests, set_up, tear_down);
}
