/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two lines of ours in a configuration file of somebody else, which come and
 * go without touching any other byte; and showing what changes. Text in, text
 * out: no file is touched here. */
#ifndef CG_CLIENT_CTL_SETUP_TEXT_H
#define CG_CLIENT_CTL_SETUP_TEXT_H

#include <stdio.h>
#include <talloc.h>

#include "idl/status.h"

#define CG_SETUP_MARK \
	"# credguardctl disable takes this line and the next away"

enum cg_setup_place {
	CG_SETUP_FIRST,		/* where the first value counts: krb5.conf */
	CG_SETUP_GLOBAL_END	/* where the last one does: smb.conf */
};

/* *out: text with the mark and line in it, once. CG_E_NOT_FOUND: there is no
 * [global]. CG_E_INVALID: the line before would swallow ours. */
CG_MUST_CHECK enum cg_status cg_setup_text_insert(TALLOC_CTX *mem_ctx,
						  const char *text,
						  enum cg_setup_place place,
						  const char *line,
						  char **out);
/* Text that has no such lines comes out as it is. NULL: out of memory. */
char *cg_setup_text_remove(TALLOC_CTX *mem_ctx, const char *text,
			   const char *line);
/* As diff -u, without context. A text that is NULL: there is no file. */
void cg_setup_text_diff(FILE *file, const char *path, const char *old,
			const char *new);

#endif
