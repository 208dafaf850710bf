/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table for people: columns as wide as needed, names shortened in the
 * middle when the terminal is too narrow. */
#ifndef CG_CLIENT_CTL_TABLE_H
#define CG_CLIENT_CTL_TABLE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>
#include <talloc.h>

#include "plugin/client/ctl_terminal.h"

#define CG_CTL_TABLE_COLUMNS_MAX 9U

struct cg_ctl_table_column {
	const char *title;
	bool may_shrink;
	bool is_number;		/* to the right */
};

struct cg_ctl_table_cell {
	const char *text;
	enum cg_ctl_tint tint;
};

struct cg_ctl_table;

/* columns stay the caller's and must stay. NULL when out of memory. */
struct cg_ctl_table *cg_ctl_table_new(
	TALLOC_CTX *mem_ctx, const struct cg_ctl_table_column *columns,
	size_t n_columns);
/* As many cells as columns; texts are copied. false: out of memory. */
bool cg_ctl_table_add(struct cg_ctl_table *table,
		      const struct cg_ctl_table_cell *cells);
/* width 0: as wide as it gets. */
void cg_ctl_table_print(const struct cg_ctl_table *table, FILE *file,
			size_t width);

#endif
