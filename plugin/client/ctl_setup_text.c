/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See ctl_setup_text.h. A file that ends without a newline gets one before
 * our lines and none after them, by which remove knows that it was so. */
#include "plugin/client/ctl_setup_text.h"

#include <stdbool.h>
#include <string.h>
#include <strings.h>

static const char *next_line(const char *at)
{
	const char *end = strchr(at, '\n');

	return end == NULL ? at + strlen(at) : end + 1;
}

static bool is_section(const char *line, const char *name)
{
	size_t len = strlen(name);

	line += strspn(line, " \t");
	if (*line != '[') {
		return false;
	}
	line++;
	line += strspn(line, " \t");
	if (name[0] == '\0') {
		return true;
	}
	return strncasecmp(line, name, len) == 0 &&
	       line[len + strspn(line + len, " \t")] == ']';
}

/* The last [global] counts: Samba reads one after the other. */
static const char *global_end(const char *text)
{
	const char *end = NULL;
	bool inside = false;

	for (const char *at = text; *at != '\0'; at = next_line(at)) {
		if (is_section(at, "")) {
			end = inside ? at : end;
			inside = is_section(at, "global");
		}
	}
	return inside ? text + strlen(text) : end;
}

static bool is_continued(const char *text, const char *at)
{
	if (at > text && at[-1] == '\n') {
		at--;
	}
	while (at > text && (at[-1] == ' ' || at[-1] == '\t')) {
		at--;
	}
	return at > text && at[-1] == '\\';
}

enum cg_status cg_setup_text_insert(TALLOC_CTX *mem_ctx, const char *text,
				    enum cg_setup_place place,
				    const char *line, char **out)
{
	char *clean = cg_setup_text_remove(mem_ctx, text, line);
	const char *at = clean;
	bool joins;

	*out = NULL;
	if (clean == NULL) {
		return CG_E_NO_MEMORY;
	}
	if (place == CG_SETUP_GLOBAL_END) {
		at = global_end(clean);
	}
	if (at == NULL || is_continued(clean, at)) {
		talloc_free(clean);
		return at == NULL ? CG_E_NOT_FOUND : CG_E_INVALID;
	}
	joins = at > clean && at[-1] != '\n';
	/* The cast: a part of a string that is in memory. */
	*out = talloc_asprintf(mem_ctx, "%.*s%s%s\n%s%s%s",
			       (int)(at - clean), clean, joins ? "\n" : "",
			       CG_SETUP_MARK, line, joins ? "" : "\n", at);
	talloc_free(clean);
	return *out == NULL ? CG_E_NO_MEMORY : CG_OK;
}

/* Where our lines begin, or NULL; only whole lines are ours. */
static const char *find(const char *text, const char *line, size_t *len)
{
	size_t mark_len = strlen(CG_SETUP_MARK);
	size_t line_len = strlen(line);
	const char *at = text;

	while ((at = strstr(at, CG_SETUP_MARK)) != NULL) {
		const char *second = at + mark_len + 1;

		if ((at == text || at[-1] == '\n') &&
		    at[mark_len] == '\n' &&
		    strncmp(second, line, line_len) == 0 &&
		    (second[line_len] == '\n' || second[line_len] == '\0')) {
			*len = mark_len + 1 + line_len;
			return at;
		}
		at += mark_len;
	}
	return NULL;
}

char *cg_setup_text_remove(TALLOC_CTX *mem_ctx, const char *text,
			   const char *line)
{
	size_t len = 0;
	const char *at = find(text, line, &len);

	if (at == NULL) {
		return talloc_strdup(mem_ctx, text);
	}
	if (at[len] == '\n') {
		len++;
	} else if (at > text) {
		at--;		/* the newline that came with our lines */
		len++;
	}
	return talloc_asprintf(mem_ctx, "%.*s%s", (int)(at - text), text,
			       at + len);
}

/* Lines from at up to end, each with the sign before it. */
static void print_lines(FILE *file, char sign, const char *at, const char *end)
{
	while (at < end) {
		const char *next = next_line(at);
		int len = (int)(next - at);

		(void)fprintf(file, "%c%.*s%s", sign, len, at,
			      next[-1] == '\n' ? "" : "\n");
		at = next;
	}
}

static int count_lines(const char *at, const char *end)
{
	int n = 0;

	for (; at < end; at = next_line(at)) {
		n++;
	}
	return n;
}

/* What both begin with, in whole lines. */
static size_t common_start(const char *a, const char *b)
{
	const char *from = a;

	while (*a != '\0' && *b != '\0') {
		size_t len = (size_t)(next_line(a) - a);

		if (len != (size_t)(next_line(b) - b) ||
		    strncmp(a, b, len) != 0) {
			break;
		}
		a += len;
		b += len;
	}
	return (size_t)(a - from);
}

/* The start of the last lines that both end with; never before low. */
static size_t common_end(const char *a, size_t a_low, const char *b,
			 size_t b_low)
{
	size_t a_len = strlen(a);
	size_t b_len = strlen(b);
	size_t same = 0;
	size_t whole = 0;

	while (a_len - same > a_low && b_len - same > b_low &&
	       a[a_len - same - 1] == b[b_len - same - 1]) {
		same++;
		if (a_len - same == a_low || b_len - same == b_low) {
			break;
		}
		if (a[a_len - same - 1] == '\n' &&
		    b[b_len - same - 1] == '\n') {
			whole = same;
		}
	}
	if (a_len - same == a_low || b_len - same == b_low) {
		return same;
	}
	return whole;
}

void cg_setup_text_diff(FILE *file, const char *path, const char *old,
			const char *new)
{
	const char *a = old == NULL ? "" : old;
	const char *b = new == NULL ? "" : new;
	size_t start = common_start(a, b);
	size_t end = common_end(a, start, b, start);
	const char *a_end = a + strlen(a) - end;
	const char *b_end = b + strlen(b) - end;
	int before = count_lines(a, a + start);

	(void)fprintf(file, "--- %s\n+++ %s\n",
		      old == NULL ? "/dev/null" : path,
		      new == NULL ? "/dev/null" : path);
	(void)fprintf(file, "@@ -%d,%d +%d,%d @@\n", before + 1,
		      count_lines(a + start, a_end), before + 1,
		      count_lines(b + start, b_end));
	print_lines(file, '-', a + start, a_end);
	print_lines(file, '+', b + start, b_end);
}
