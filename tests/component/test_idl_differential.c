/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Our codec against Samba's pidl and libndr, made from the same IDL: the same
 * bytes, the same values, the same refusals. */
#include "idl/cg_idl.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "idl/limits.h"
#include "tests/component/idl_samba.h"

#define SEED UINT64_C(20240229)
#define ROUNDS 25000		/* of each message, both ways */
#define LARGE_EVERY 100		/* one in so many has long arrays */
#define SMALL 12		/* bytes of an array with every cut tried */
#define N_CUTS 300		/* of each message with long arrays */

struct bench {
	TALLOC_CTX *mem_ctx;
	uint64_t random;
	struct value header[MAX_FIELDS];
	uint8_t out[CG_MSG_MAX];
	uint8_t changed[CG_MSG_MAX];
	uint8_t pool[CG_MSG_MAX];
};

static void fill(struct bench *b, size_t i, size_t max_len, struct value *v)
{
	const struct cg_bytes pool = { b->pool, sizeof(b->pool) };

	cg_values_fill(&cg_messages[0], &b->random, pool, 0, b->header);
	cg_values_fill(&cg_messages[i], &b->random, pool, max_len, v);
}

static struct cg_bytes samba_push(struct bench *b, size_t i,
				  const struct value *v)
{
	struct cg_bytes made = { 0 };

	talloc_free_children(b->mem_ctx);
	made = cg_samba_push(b->mem_ctx, i, b->header, v);
	if (made.data == NULL) {
		fail_msg("%s: libndr writes nothing", cg_messages[i].name);
	}
	return made;
}

static enum cg_status our_push(struct bench *b, size_t i,
			       const struct value *v, size_t *len)
{
	struct cg_writer w = cg_writer_of(b->out, sizeof(b->out));
	enum cg_status st = cg_messages[0].push(&w, b->header);

	if (st == CG_OK && i != 0) {
		st = cg_messages[i].push(&w, v);
	}
	assert_int_equal(cg_writer_finish(&w, len), st);
	return st;
}

static enum cg_status our_pull(size_t i, struct cg_bytes in,
			       struct value *header, struct value *v)
{
	struct cg_reader r = cg_reader_of(in.data, in.len);
	enum cg_status st = cg_messages[0].pull(&r, header);

	if (st == CG_OK && i != 0) {
		st = cg_messages[i].pull(&r, v);
	}
	return st == CG_OK ? cg_reader_finish(&r) : st;
}

/* Both read these bytes as these values. */
static void both_read(struct bench *b, size_t i, struct cg_bytes in,
		      const struct value *v)
{
	const struct message *m = &cg_messages[i];
	struct value header[MAX_FIELDS];
	struct value got[MAX_FIELDS];

	if (our_pull(i, in, header, got) != CG_OK ||
	    !cg_values_equal(&cg_messages[0], header, b->header) ||
	    (i != 0 && !cg_values_equal(m, got, v))) {
		fail_msg("%s: we read other values", m->name);
	}
	if (cg_samba_pull(b->mem_ctx, i, in, header, got) != SAMBA_OK ||
	    !cg_values_equal(&cg_messages[0], header, b->header) ||
	    (i != 0 && !cg_values_equal(m, got, v))) {
		fail_msg("%s: libndr reads other values", m->name);
	}
}

/* Each writes the same bytes, and each reads what the other wrote. */
static void agree(struct bench *b, size_t i, const struct value *v)
{
	struct cg_bytes theirs = samba_push(b, i, v);
	size_t len = 0;

	if (our_push(b, i, v, &len) != CG_OK) {
		fail_msg("%s: we refuse to write", cg_messages[i].name);
	}
	if (len != theirs.len || memcmp(b->out, theirs.data, len) != 0) {
		fail_msg("%s: the bytes differ", cg_messages[i].name);
	}
	both_read(b, i, theirs, v);
	both_read(b, i, (struct cg_bytes){ b->out, len }, v);
}

static void both_refuse(struct bench *b, size_t i, struct cg_bytes in,
			enum samba_result why)
{
	struct value header[MAX_FIELDS];
	struct value got[MAX_FIELDS];

	if (our_pull(i, in, header, got) != CG_E_PROTO) {
		fail_msg("%s: we accept %zu bytes", cg_messages[i].name,
			 in.len);
	}
	if (cg_samba_pull(b->mem_ctx, i, in, header, got) != why) {
		fail_msg("%s: libndr has another opinion on %zu bytes",
			 cg_messages[i].name, in.len);
	}
}

/* libndr checks no range when it writes, and so makes the forged message. */
static void forbid(struct bench *b, size_t i, const struct value *v)
{
	size_t len = 0;

	if (our_push(b, i, v, &len) != CG_E_LIMIT) {
		fail_msg("%s: we write it", cg_messages[i].name);
	}
	both_refuse(b, i, samba_push(b, i, v), SAMBA_RANGE);
}

static void every_operation_has_the_number_that_pidl_gives_it(void **state)
{
#define NAME(upper, name, phase) [CG_OP_##upper] = #name,
#define CLIENT(upper, name, phase) [CG_CLIENT_OP_##upper] = #name,
	static const char *const vault[] = { CG_VAULT_OPS(NAME) };
	static const char *const client[] = { CG_CLIENT_OPS(CLIENT) };
#undef NAME
#undef CLIENT

	(void)state;
	for (size_t op = 0; op < CG_OP_COUNT; op++) {
		assert_string_equal(cg_samba_vault_op(op), vault[op]);
	}
	for (size_t op = 0; op < CG_CLIENT_OP_COUNT; op++) {
		assert_string_equal(cg_samba_client_op(op), client[op]);
	}
	assert_null(cg_samba_vault_op(CG_OP_COUNT));
	assert_null(cg_samba_client_op(CG_CLIENT_OP_COUNT));
}

static void random_messages_mean_the_same_to_both(void **state)
{
	struct bench *b = *state;
	size_t n = 0;

	for (size_t i = 0; cg_messages[i].name != NULL; i++) {
		for (size_t round = 0; round < ROUNDS; round++) {
			struct value v[MAX_FIELDS];

			fill(b, i, round % LARGE_EVERY == 0 ? SIZE_MAX : 64,
			     v);
			agree(b, i, v);
			n++;
		}
	}
	printf("# %zu random messages each way, seed %llu\n", n,
	       (unsigned long long)SEED);
	assert_in_range(n, 100000, SIZE_MAX);
}

static void try_number(struct bench *b, size_t i, size_t at, struct value *v)
{
	const struct field *f = &cg_messages[i].fields[at];

	v[at].number = f->min;
	agree(b, i, v);
	v[at].number = f->max;
	agree(b, i, v);
	if (f->kind == FIELD_U32 && f->max < UINT32_MAX) {
		v[at].number = f->max + 1;
		forbid(b, i, v);
		v[at].number = UINT32_MAX;
		forbid(b, i, v);
	}
	if (f->min > 0) {
		v[at].number = 0;
		forbid(b, i, v);
	}
}

static void try_array(struct bench *b, size_t i, size_t at, struct value *v)
{
	const struct field *f = &cg_messages[i].fields[at];

	for (size_t j = 0; j < cg_messages[i].n_fields; j++) {
		v[j].len = 0;
	}
	v[at] = (struct value){ .data = b->pool };
	agree(b, i, v);
	v[at].len = f->max;
	agree(b, i, v);
	v[at].len = f->max + 1;
	forbid(b, i, v);
}

static void every_field_has_the_same_bounds_for_both(void **state)
{
	struct bench *b = *state;
	size_t n = 0;

	for (size_t i = 1; cg_messages[i].name != NULL; i++) {
		const struct message *m = &cg_messages[i];

		printf("# %s:", m->name);
		for (size_t at = 0; at < m->n_fields; at++) {
			const struct field *f = &m->fields[at];
			struct value v[MAX_FIELDS];

			fill(b, i, SMALL, v);
			if (f->kind == FIELD_BYTES) {
				try_array(b, i, at, v);
			} else {
				try_number(b, i, at, v);
			}
			printf(" %s<=%llu", f->name,
			       (unsigned long long)f->max);
			n++;
		}
		printf("\n");
	}
	printf("# %zu fields at 0, at the maximum and one above\n", n);
}

static void both_refuse_a_message_that_is_cut_at_any_byte(void **state)
{
	struct bench *b = *state;
	size_t n_cuts = 0;

	for (size_t i = 0; cg_messages[i].name != NULL; i++) {
		struct value v[MAX_FIELDS];
		struct cg_bytes whole = { 0 };

		fill(b, i, SMALL, v);
		whole = samba_push(b, i, v);
		both_read(b, i, whole, v);
		for (size_t n = 0; n < whole.len; n++) {
			both_refuse(b, i, (struct cg_bytes){ whole.data, n },
				    SAMBA_SHORT);
			n_cuts++;
		}
		memcpy(b->changed, whole.data, whole.len);
		b->changed[whole.len] = 0;
		both_refuse(b, i, (struct cg_bytes){
			b->changed, whole.len + 1 }, SAMBA_LEFT_OVER);
	}
	printf("# cut at %zu places\n", n_cuts);
}

static void both_refuse_a_large_message_that_is_cut(void **state)
{
	struct bench *b = *state;

	for (size_t i = 0; cg_messages[i].name != NULL; i++) {
		const struct message *m = &cg_messages[i];
		struct value v[MAX_FIELDS];
		struct cg_bytes whole = { 0 };

		fill(b, i, SMALL, v);
		for (size_t at = 0; at < m->n_fields; at++) {
			const struct field *f = &m->fields[at];

			if (f->kind == FIELD_BYTES) {
				v[at].data = b->pool;
				v[at].len = f->instead_of < 0 ? f->max : 0;
			}
		}
		agree(b, i, v);
		whole = samba_push(b, i, v);
		for (size_t cut = 0; cut < N_CUTS; cut++) {
			size_t n = cg_values_random(&b->random) % whole.len;

			both_refuse(b, i, (struct cg_bytes){ whole.data, n },
				    SAMBA_SHORT);
		}
	}
}

static bool excludes(const struct message *m, const struct value *v)
{
	for (size_t i = 0; i < m->n_fields; i++) {
		int other = m->fields[i].instead_of;

		if (other >= 0 && v[i].len != 0 && v[other].len != 0) {
			return true;
		}
	}
	return false;
}

/* What is stricter in our reader: padding, and arrays that exclude each
 * other. Nothing else, and it is nowhere more lenient. */
static bool judge_alike(struct bench *b, size_t i, struct cg_bytes in)
{
	struct value header[MAX_FIELDS];
	struct value ours[MAX_FIELDS];
	struct value theirs[MAX_FIELDS];
	enum cg_status st = our_pull(i, in, header, ours);
	enum samba_result result = cg_samba_pull(b->mem_ctx, i, in, b->header,
						 theirs);
	struct cg_bytes again = { 0 };

	if (st == CG_OK) {
		return result == SAMBA_OK &&
		       cg_values_equal(&cg_messages[0], header, b->header) &&
		       (i == 0 ||
			cg_values_equal(&cg_messages[i], ours, theirs));
	}
	if (result != SAMBA_OK || excludes(&cg_messages[i], theirs)) {
		return true;
	}
	again = cg_samba_push(b->mem_ctx, i, b->header, theirs);
	return again.len == in.len &&
	       memcmp(again.data, in.data, in.len) != 0;
}

static void both_judge_altered_messages_alike(void **state)
{
	struct bench *b = *state;

	for (size_t i = 0; cg_messages[i].name != NULL; i++) {
		for (int round = 0; round < 1000; round++) {
			struct value v[MAX_FIELDS];
			struct cg_bytes in = { 0 };
			uint64_t bit = 0;

			fill(b, i, SMALL, v);
			in = samba_push(b, i, v);
			memcpy(b->changed, in.data, in.len);
			in.data = b->changed;
			bit = cg_values_random(&b->random) % (in.len * 8);
			b->changed[bit / 8] ^= (uint8_t)(1U << bit % 8);
			if (!judge_alike(b, i, in)) {
				fail_msg("%s: round %d", cg_messages[i].name,
					 round);
			}
		}
	}
}

static int set_up(void **state)
{
	struct bench *b = calloc(1, sizeof(*b));

	if (b == NULL) {
		return -1;
	}
	b->mem_ctx = talloc_new(NULL);
	b->random = SEED;
	for (size_t i = 0; i < sizeof(b->pool); i++) {
		b->pool[i] = (uint8_t)cg_values_random(&b->random);
	}
	*state = b;
	return 0;
}

static int tear_down(void **state)
{
	struct bench *b = *state;

	talloc_free(b->mem_ctx);
	free(b);
	return 0;
}

int main(void)
{
	static const struct CMUnitTest tests[] = {
		cmocka_unit_test(
			every_operation_has_the_number_that_pidl_gives_it),
		cmocka_unit_test(random_messages_mean_the_same_to_both),
		cmocka_unit_test(every_field_has_the_same_bounds_for_both),
		cmocka_unit_test(
			both_refuse_a_message_that_is_cut_at_any_byte),
		cmocka_unit_test(both_refuse_a_large_message_that_is_cut),
		cmocka_unit_test(both_judge_altered_messages_alike),
	};

	cmocka_set_message_output(CM_OUTPUT_TAP);
	return cmocka_run_group_tests(tests, set_up, tear_down);
}
