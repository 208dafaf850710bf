/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See ctl_check_text.h. Commands are never broken into lines: they are there
 * to be copied. */
#include "plugin/client/ctl_check_text.h"

#include "plugin/client/ctl_terminal.h"

#define WIDTH_OF_FILES 80U
#define REASON_COLUMN 26	/* where the reasons begin */
#define NAME_WIDTH 18
#define STATE_WIDTH 6
#define SCHEMA 1		/* of the JSON; new keys do not change it */

struct look {
	const char *shown;
	const char *key;
	enum cg_ctl_tint tint;
};

static const struct look looks[] = {
	[CG_CHECK_OK] = { "ok", "ok", CG_TINT_GOOD },
	[CG_CHECK_NA] = { "n.a.", "na", CG_TINT_NONE },
	[CG_CHECK_WARN] = { "warn", "warn", CG_TINT_WARN },
	[CG_CHECK_BAD] = { "BAD", "bad", CG_TINT_BAD },
};

size_t cg_ctl_check_text_count(const struct cg_ctl_check_rows *rows,
			       enum cg_ctl_check_state state)
{
	size_t n = 0;

	for (size_t i = 0; i < rows->n; i++) {
		n += rows->of[i].found->state == state;
	}
	return n;
}

static void print_row(const struct cg_ctl_check_row *row, FILE *file,
		      size_t width)
{
	const struct look *look = &looks[row->found->state];
	char *lines = cg_ctl_wrapped(NULL, row->found->reason, REASON_COLUMN,
				     width);

	(void)fprintf(file, "%-*s%s%-*s%s%s\n", NAME_WIDTH + 2,
		      row->check->name, cg_ctl_tint_on(file, look->tint),
		      STATE_WIDTH, look->shown,
		      cg_ctl_tint_off(file, look->tint),
		      lines == NULL ? "?" : lines);
	if (row->found->mend != NULL) {
		(void)fprintf(file, "%*s# %s\n", REASON_COLUMN, "",
			      row->found->mend);
	}
	talloc_free(lines);
}

void cg_ctl_check_text_print(const struct cg_ctl_check_rows *rows, FILE *file,
			     size_t width)
{
	if (width == 0) {
		width = WIDTH_OF_FILES;
	}
	for (size_t i = 0; i < rows->n; i++) {
		print_row(&rows->of[i], file, width);
	}
	(void)fprintf(file, "\n%zu ok, %zu warnings, %zu bad, "
		      "%zu do not apply or could not be seen\n",
		      cg_ctl_check_text_count(rows, CG_CHECK_OK),
		      cg_ctl_check_text_count(rows, CG_CHECK_WARN),
		      cg_ctl_check_text_count(rows, CG_CHECK_BAD),
		      cg_ctl_check_text_count(rows, CG_CHECK_NA));
}

static json_t *row_json(const struct cg_ctl_check_row *row)
{
	return json_pack("{s:s, s:s, s:s, s:s?}", "name", row->check->name,
			 "state", looks[row->found->state].key, "reason",
			 row->found->reason, "mend", row->found->mend);
}

json_t *cg_ctl_check_text_json(const struct cg_ctl_check_rows *rows)
{
	json_t *list = json_array();
	json_t *counts = json_object();

	for (size_t i = 0; i < rows->n; i++) {
		if (json_array_append_new(list, row_json(&rows->of[i])) != 0) {
			json_decref(list);
			list = NULL;	/* json_pack() then fails */
		}
	}
	for (size_t i = 0; i < sizeof(looks) / sizeof(looks[0]); i++) {
		size_t n = cg_ctl_check_text_count(
			rows, (enum cg_ctl_check_state)i);

		(void)json_object_set_new(counts, looks[i].key,
					  cg_ctl_json_number(n));
	}
	return json_pack("{s:i, s:o, s:o}", "schema", SCHEMA, "checks", list,
			 "counts", counts);
}

void cg_ctl_check_text_list(FILE *file)
{
	for (size_t i = 0; i < cg_ctl_check_list_n(); i++) {
		(void)fprintf(file, "%-*s%s\n", NAME_WIDTH + 2,
			      cg_ctl_check_list_at(i)->name,
			      cg_ctl_check_list_at(i)->help);
	}
}
