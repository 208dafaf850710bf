/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as any message. What the codec takes, it must write again byte
 * for byte; what it refuses must leave nothing behind. */
#include "idl/cg_idl.h"

#include <stdlib.h>
#include <string.h>

#include "idl/limits.h"

#define ROUND_TRIP(name)						\
static bool name##_again(struct cg_reader *r, struct cg_writer *w)	\
{									\
	struct cg_##name m;						\
									\
	if (cg_pull_##name(r, &m) != CG_OK) {				\
		return false;						\
	}								\
	return cg_push_##name(w, &m) == CG_OK || (abort(), false);	\
}
#define BOTH_WAYS(upper, name, phase) \
	ROUND_TRIP(name##_in) ROUND_TRIP(name##_out)
#define ROWS(upper, name, phase) name##_in_again, name##_out_again,

ROUND_TRIP(header)
CG_VAULT_OPS(BOTH_WAYS)
CG_CLIENT_OPS(BOTH_WAYS)

typedef bool (*round_trip_fn)(struct cg_reader *r, struct cg_writer *w);

static const round_trip_fn messages[] = {
	header_again,
	CG_VAULT_OPS(ROWS)
	CG_CLIENT_OPS(ROWS)
};

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t len)
{
	size_t n_messages = sizeof(messages) / sizeof(messages[0]);
	struct cg_reader r;
	struct cg_writer w;
	uint8_t *again = NULL;
	size_t written = 0;

	if (len < 2 || len > CG_MSG_MAX || data[0] >= n_messages) {
		return -1;
	}
	again = malloc(len - 1);
	if (again == NULL) {
		return -1;
	}
	r = cg_reader_of(data + 1, len - 1);
	w = cg_writer_of(again, len - 1);
	if (messages[data[0]](&r, &w)) {
		if (cg_writer_finish(&w, &written) != CG_OK ||
		    written != r.pos ||
		    memcmp(again, data + 1, written) != 0) {
			abort();
		}
	} else if (cg_reader_finish(&r) == CG_OK) {
		abort();
	}
	free(again);
	return 0;
}
