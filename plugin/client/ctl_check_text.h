/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the findings of all checks are told. */
#ifndef CG_CLIENT_CTL_CHECK_TEXT_H
#define CG_CLIENT_CTL_CHECK_TEXT_H

#include <stddef.h>
#include <stdio.h>

#include "plugin/client/ctl_check.h"
#include "plugin/client/ctl_json.h"

struct cg_ctl_check_row {
	const struct cg_ctl_check *check;
	const struct cg_ctl_check_found *found;
};

struct cg_ctl_check_rows {
	struct cg_ctl_check_row *of;
	size_t n;
};

/* How many are in this state? */
size_t cg_ctl_check_text_count(const struct cg_ctl_check_rows *rows,
			       enum cg_ctl_check_state state);
void cg_ctl_check_text_print(const struct cg_ctl_check_rows *rows, FILE *file,
			     size_t width);
/* NULL when out of memory. */
json_t *cg_ctl_check_text_json(const struct cg_ctl_check_rows *rows);
/* Of the names alone. */
void cg_ctl_check_text_list(FILE *file);

#endif
