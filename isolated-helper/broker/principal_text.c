/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See principal_text.h. */
#include "isolated-helper/broker/principal_text.h"

#include <stdio.h>
#include <string.h>

#include "idl/cg_idl.h"
#include "idl/cursor.h"

struct text {
	char *out;
	size_t len;
};

static void put(struct text *t, char c)
{
	if (t->len + 1 < CG_PRINCIPAL_TEXT_LEN) {
		t->out[t->len++] = c;
	}
}

static void put_part(struct text *t, struct cg_bytes part)
{
	for (size_t i = 0; i < part.len; i++) {
		uint8_t c = part.data[i];

		if (c == '/' || c == '@' || c == '\\') {
			put(t, '\\');
		}
		if (c < 0x20 || c >= 0x7f) {
			put(t, '?');
			continue;
		}
		/* The cast: printable ASCII fits a char. */
		put(t, (char)c);
	}
}

static bool put_principal(struct text *t, struct cg_bytes wire)
{
	struct cg_reader r = cg_reader_of(wire.data, wire.len);
	struct cg_bytes realm;
	uint32_t n;

	(void)cg_reader_u32_be(&r);
	n = cg_reader_u32_be(&r);
	realm = cg_reader_counted_be(&r, CG_REALM_MAX);
	/* Each part takes at least its length: a false n ends the loop. */
	for (uint32_t i = 0; i < n && !r.failed; i++) {
		if (i > 0) {
			put(t, '/');
		}
		put_part(t, cg_reader_counted_be(&r, CG_PRINCIPAL_MAX));
	}
	put(t, '@');
	put_part(t, realm);
	return cg_reader_finish(&r) == CG_OK;
}

void cg_principal_text(struct cg_bytes wire,
		       char out[static CG_PRINCIPAL_TEXT_LEN])
{
	struct text t = { .out = out };

	if (wire.len == 0) {
		(void)snprintf(out, CG_PRINCIPAL_TEXT_LEN, "-");
		return;
	}
	if (!put_principal(&t, wire)) {
		(void)snprintf(out, CG_PRINCIPAL_TEXT_LEN, "?");
		return;
	}
	out[t.len] = '\0';
}
