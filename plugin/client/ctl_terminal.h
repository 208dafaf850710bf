/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How output looks: width, line breaks, colours, complaints. Nothing is
 * broken or coloured unless it goes to a terminal. */
#ifndef CG_CLIENT_CTL_TERMINAL_H
#define CG_CLIENT_CTL_TERMINAL_H

#include <stddef.h>
#include <stdio.h>
#include <talloc.h>

enum cg_ctl_tint {
	CG_TINT_NONE = 0,
	CG_TINT_GOOD,
	CG_TINT_WARN,
	CG_TINT_BAD,
	CG_TINT_BOLD
};

/* Columns; 0: no terminal, any length will do. */
size_t cg_ctl_width(FILE *file);
/* The escape sequences around text of this tint; "" when file takes none. */
const char *cg_ctl_tint_on(FILE *file, enum cg_ctl_tint tint);
const char *cg_ctl_tint_off(FILE *file, enum cg_ctl_tint tint);

/* text in lines of at most width columns (0: one line), each but the first
 * indented, the first assumed to start at column indent. Words stay whole.
 * NULL when out of memory. */
char *cg_ctl_wrapped(TALLOC_CTX *mem_ctx, const char *text, size_t indent,
		     size_t width);

/* "credguardctl: ..." on the standard error output. */
void cg_ctl_complain(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

#endif
