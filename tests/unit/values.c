/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values for the messages of the contract. Nothing of idl/ is called here. */
#include "tests/unit/messages.h"

#include <string.h>

/* splitmix64: the same sequence everywhere for a seed. */
uint64_t cg_values_random(uint64_t *state)
{
	uint64_t z = *state += UINT64_C(0x9e3779b97f4a7c15);

	z = (z ^ (z >> 30)) * UINT64_C(0xbf58476d1ce4e5b9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94d049bb133111eb);
	return z ^ (z >> 31);
}

static uint64_t between(uint64_t *state, uint64_t min, uint64_t max)
{
	uint64_t span = max - min + 1;

	switch (cg_values_random(state) % 8) {
	case 0:
		return min;
	case 1:
		return max;
	default:
		break;
	}
	/* A span of 0 is all of uint64_t. */
	return min + (span == 0 ? cg_values_random(state)
				: cg_values_random(state) % span);
}

void cg_values_fill(const struct message *m, uint64_t *state,
		    struct cg_bytes pool, size_t max_len, struct value *out)
{
	for (size_t i = 0; i < m->n_fields; i++) {
		const struct field *f = &m->fields[i];
		size_t len = f->max < max_len ? f->max : max_len;

		out[i] = (struct value){ 0 };
		if (f->kind != FIELD_BYTES) {
			out[i].number = between(state, f->min, f->max);
			continue;
		}
		if (f->instead_of >= 0 && out[f->instead_of].len != 0) {
			len = 0;
		}
		out[i].len = between(state, 0, len);
		out[i].data = pool.data + between(state, 0,
						  pool.len - out[i].len);
	}
}

bool cg_values_equal(const struct message *m, const struct value *a,
		     const struct value *b)
{
	for (size_t i = 0; i < m->n_fields; i++) {
		if (a[i].number != b[i].number || a[i].len != b[i].len) {
			return false;
		}
		if (a[i].len != 0 &&
		    memcmp(a[i].data, b[i].data, a[i].len) != 0) {
			return false;
		}
	}
	return true;
}

bool cg_values_empty(const struct message *m, const struct value *v)
{
	for (size_t i = 0; i < m->n_fields; i++) {
		if (v[i].number != 0 || v[i].len != 0 || v[i].data != NULL) {
			return false;
		}
	}
	return true;
}

static size_t encode_number(uint8_t *out, size_t pos, uint64_t v, size_t size)
{
	while (pos % size != 0) {
		out[pos++] = 0;
	}
	for (size_t i = 0; i < size; i++) {
		out[pos + i] = (uint8_t)(v >> 8 * i);
	}
	return pos + size;
}

size_t cg_values_encode(const struct message *m, const struct value *v,
			uint8_t *out, size_t pos)
{
	for (size_t i = 0; i < m->n_fields; i++) {
		enum field_kind kind = m->fields[i].kind;

		if (kind != FIELD_BYTES) {
			pos = encode_number(out, pos, v[i].number,
					    kind == FIELD_U64 ? 8 : 4);
			continue;
		}
		pos = encode_number(out, pos, v[i].len, 4);
		if (v[i].len != 0) {
			memcpy(out + pos, v[i].data, v[i].len);
		}
		pos += v[i].len;
	}
	return pos;
}
