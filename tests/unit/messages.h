/* SPDX-License-Identifier: GPL-3.0-or-later */
/*
 * Every message of the contract as a table, so that one test covers them all.
 * make_messages.py writes the tables from the IDL; values.c fills, compares
 * and encodes without the codec that is under test.
 */
#ifndef CG_TESTS_MESSAGES_H
#define CG_TESTS_MESSAGES_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "idl/cursor.h"

#define MAX_FIELDS 24
#define MESSAGE_MAX (1U << 20)	/* room for forged and oversized messages */

enum field_kind { FIELD_U32, FIELD_I32, FIELD_U64, FIELD_BYTES };

struct field {
	const char *name;
	enum field_kind kind;
	uint64_t min;		/* of a FIELD_BYTES: of its length */
	uint64_t max;
	int instead_of;		/* index of the array it excludes, or -1 */
};

struct value {			/* number, or data and len: as the kind says */
	uint64_t number;
	const uint8_t *data;
	size_t len;
};

struct message {
	const char *name;
	size_t n_fields;
	const struct field *fields;
	enum cg_status (*push)(struct cg_writer *w, const struct value *v);
	enum cg_status (*pull)(struct cg_reader *r, struct value *v);
};

/* The header is the first; {0} ends. */
extern const struct message cg_messages[];

uint64_t cg_values_random(uint64_t *state);
/* Legal values, often at a bound; arrays of at most max_len bytes of pool. */
void cg_values_fill(const struct message *m, uint64_t *state,
		    struct cg_bytes pool, size_t max_len, struct value *out);
bool cg_values_equal(const struct message *m, const struct value *a,
		     const struct value *b);
/* By the rules of NDR and of nothing else: no bound is checked. */
size_t cg_values_encode(const struct message *m, const struct value *v,
			uint8_t *out, size_t pos);
/* Is v, pulled by a function that failed, as empty as it must be? */
bool cg_values_empty(const struct message *m, const struct value *v);

#endif
