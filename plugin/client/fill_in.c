/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Values are put in once and never looked at again for further names. */
#include "plugin/client/fill_in.h"

#include <stdlib.h>
#include <string.h>

static const char *value_of(const struct cg_fill_in *values, const char *name,
			    size_t len)
{
	for (; values->name != NULL; values++) {
		if (strlen(values->name) == len &&
		    strncmp(values->name, name, len) == 0) {
			return values->value == NULL ? "" : values->value;
		}
	}
	abort();
}

char *cg_fill_in(TALLOC_CTX *mem_ctx, const char *words,
		 const struct cg_fill_in *values)
{
	char *text = talloc_strdup(mem_ctx, "");
	const char *open;
	const char *close;

	for (;;) {
		open = strchr(words, '{');
		close = open == NULL ? NULL : strchr(open, '}');
		if (close == NULL) {
			return talloc_strdup_append_buffer(text, words);
		}
		text = talloc_strndup_append_buffer(text, words,
						    (size_t)(open - words));
		text = talloc_strdup_append_buffer(
			text, value_of(values, open + 1,
				       (size_t)(close - open - 1)));
		words = close + 1;
	}
}
