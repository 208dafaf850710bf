/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Names from elsewhere, made safe to print: a user's cache name must not
 * drive root's terminal. */
#ifndef CG_CLIENT_PRINTABLE_H
#define CG_CLIENT_PRINTABLE_H

#include <talloc.h>

#include "idl/bytes.h"

/* Printable characters as they are; anything else, and what is no UTF-8, as
 * \xNN. Valid UTF-8 always. NULL when out of memory. */
char *cg_printable(TALLOC_CTX *mem_ctx, struct cg_bytes name);
/* Appends name to text, a talloc string that is consumed; characters of
 * quoted get a backslash. NULL stays NULL. */
char *cg_printable_append(char *text, struct cg_bytes name,
			  const char *quoted);
/* Columns on a terminal, one per character. */
size_t cg_printable_width(const char *text);

#endif
