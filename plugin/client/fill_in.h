/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sentences with {names} in them. */
#ifndef CG_CLIENT_FILL_IN_H
#define CG_CLIENT_FILL_IN_H

#include <talloc.h>

struct cg_fill_in {
	const char *name;	/* NULL ends the list */
	const char *value;	/* NULL is an empty text */
};

/* words with each {name} replaced by its value. A name that is not in values
 * is a mistake of ours and ends the process. NULL when out of memory. */
char *cg_fill_in(TALLOC_CTX *mem_ctx, const char *words,
		 const struct cg_fill_in *values);

#endif
