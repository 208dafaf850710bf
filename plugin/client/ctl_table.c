/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Widths first, then rows. */
#include "plugin/client/ctl_table.h"

#include "plugin/client/printable.h"

#define GAP 2U
#define NARROWEST 9U		/* of a shortened name */

struct cg_ctl_table {
	const struct cg_ctl_table_column *columns;
	size_t n_columns;
	struct cg_ctl_table_cell *cells;	/* row by row */
	size_t n_rows;
};

struct widths {
	size_t of[CG_CTL_TABLE_COLUMNS_MAX];
};

struct cg_ctl_table *cg_ctl_table_new(
	TALLOC_CTX *mem_ctx, const struct cg_ctl_table_column *columns,
	size_t n_columns)
{
	struct cg_ctl_table *table = talloc_zero(mem_ctx, struct cg_ctl_table);

	if (table == NULL || n_columns == 0 ||
	    n_columns > CG_CTL_TABLE_COLUMNS_MAX) {
		talloc_free(table);
		return NULL;
	}
	table->columns = columns;
	table->n_columns = n_columns;
	return table;
}

bool cg_ctl_table_add(struct cg_ctl_table *table,
		      const struct cg_ctl_table_cell *cells)
{
	size_t before = table->n_rows * table->n_columns;
	struct cg_ctl_table_cell *more;

	more = talloc_realloc_size(table, table->cells,
				   (before + table->n_columns) *
				   sizeof(*more));
	if (more == NULL) {
		return false;
	}
	table->cells = more;
	for (size_t i = 0; i < table->n_columns; i++) {
		struct cg_ctl_table_cell *cell = &more[before + i];

		*cell = cells[i];
		cell->text = talloc_strdup(
			more, cells[i].text == NULL ? "" : cells[i].text);
		if (cell->text == NULL) {
			return false;
		}
	}
	table->n_rows++;
	return true;
}

static const struct cg_ctl_table_cell *row_of(const struct cg_ctl_table *table,
					      size_t row)
{
	return table->cells + row * table->n_columns;
}

static size_t natural_width(const struct cg_ctl_table *table, size_t column)
{
	size_t widest_yet = cg_printable_width(table->columns[column].title);

	for (size_t i = 0; i < table->n_rows; i++) {
		size_t n = cg_printable_width(row_of(table, i)[column].text);

		widest_yet = n > widest_yet ? n : widest_yet;
	}
	return widest_yet;
}

static struct widths natural_widths(const struct cg_ctl_table *table)
{
	struct widths w = { { 0 } };

	for (size_t i = 0; i < table->n_columns; i++) {
		w.of[i] = natural_width(table, i);
	}
	return w;
}

static size_t total(const struct cg_ctl_table *table, const struct widths *w)
{
	size_t sum = 0;

	for (size_t i = 0; i < table->n_columns; i++) {
		sum += w->of[i] + (i > 0 ? GAP : 0);
	}
	return sum;
}

/* The widest column that may give something, or NULL. */
static size_t *widest(const struct cg_ctl_table *table, struct widths *w)
{
	size_t *found = NULL;

	for (size_t i = 0; i < table->n_columns; i++) {
		if (table->columns[i].may_shrink && w->of[i] > NARROWEST &&
		    (found == NULL || w->of[i] > *found)) {
			found = &w->of[i];
		}
	}
	return found;
}

static void shrink(const struct cg_ctl_table *table, struct widths *w,
		   size_t width)
{
	size_t *column;

	while (total(table, w) > width) {
		column = widest(table, w);
		if (column == NULL) {
			return;
		}
		(*column)--;
	}
}

/* Where character n of text begins. */
static const char *at_character(const char *text, size_t n)
{
	for (; *text != '\0'; text++) {
		if (((unsigned char)*text & 0xc0) == 0x80) {
			continue;
		}
		if (n == 0) {
			break;
		}
		n--;
	}
	return text;
}

static size_t print_text(FILE *file, const char *text, size_t width)
{
	size_t n = cg_printable_width(text);
	size_t head = (width - 3) / 2;
	size_t tail = width - 3 - head;
	const char *end = at_character(text, head);

	if (n <= width) {
		(void)fputs(text, file);
		return n;
	}
	(void)fwrite(text, 1, (size_t)(end - text), file);
	(void)fprintf(file, "...%s", at_character(text, n - tail));
	return width;
}

static void print_blanks(FILE *file, size_t n)
{
	for (; n > 0; n--) {
		(void)fputc(' ', file);
	}
}

static void print_cell(FILE *file, const struct cg_ctl_table_cell *cell,
		       const struct cg_ctl_table_column *column, size_t width)
{
	size_t n = cg_printable_width(cell->text);

	if (column->is_number && n < width) {
		print_blanks(file, width - n);
	}
	(void)fputs(cg_ctl_tint_on(file, cell->tint), file);
	n = print_text(file, cell->text, width);
	(void)fputs(cg_ctl_tint_off(file, cell->tint), file);
	if (!column->is_number && n < width) {
		print_blanks(file, width - n);
	}
}

static void print_row(const struct cg_ctl_table *table, FILE *file,
		      const struct cg_ctl_table_cell *cells,
		      const struct widths *w)
{
	for (size_t i = 0; i < table->n_columns; i++) {
		print_blanks(file, i > 0 ? GAP : 0);
		print_cell(file, &cells[i], &table->columns[i], w->of[i]);
	}
	(void)fputc('\n', file);
}

static void print_titles(const struct cg_ctl_table *table, FILE *file,
			 const struct widths *w)
{
	struct cg_ctl_table_cell titles[CG_CTL_TABLE_COLUMNS_MAX];

	for (size_t i = 0; i < table->n_columns; i++) {
		titles[i] = (struct cg_ctl_table_cell){
			table->columns[i].title, CG_TINT_BOLD,
		};
	}
	print_row(table, file, titles, w);
}

void cg_ctl_table_print(const struct cg_ctl_table *table, FILE *file,
			size_t width)
{
	struct widths w = natural_widths(table);

	if (width > 0) {
		shrink(table, &w, width - 1);
	}
	print_titles(table, file, &w);
	for (size_t i = 0; i < table->n_rows; i++) {
		print_row(table, file, row_of(table, i), &w);
	}
}
