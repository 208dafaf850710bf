/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A terminal gets lines that fit and colours; a file or pipe gets neither. */
#include "plugin/client/ctl_terminal.h"

#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include "plugin/client/printable.h"

#define WIDTH_DEFAULT 80U
#define WIDTH_MIN 40U

static const char prefix[] = "credguardctl: ";

size_t cg_ctl_width(FILE *file)
{
	struct winsize size;

	if (!isatty(fileno(file))) {
		return 0;
	}
	if (ioctl(fileno(file), TIOCGWINSZ, &size) != 0 ||
	    size.ws_col < WIDTH_MIN) {
		return WIDTH_DEFAULT;
	}
	return size.ws_col;
}

static bool takes_colour(FILE *file)
{
	const char *term = getenv("TERM");
	const char *no_color = getenv("NO_COLOR");

	return isatty(fileno(file)) && term != NULL &&
	       strcmp(term, "dumb") != 0 &&
	       (no_color == NULL || no_color[0] == '\0');
}

const char *cg_ctl_tint_on(FILE *file, enum cg_ctl_tint tint)
{
	static const char *const sequence[] = {
		[CG_TINT_NONE] = "",
		[CG_TINT_GOOD] = "\033[32m",
		[CG_TINT_WARN] = "\033[33m",
		[CG_TINT_BAD] = "\033[31m",
		[CG_TINT_BOLD] = "\033[1m",
	};

	return takes_colour(file) ? sequence[tint] : "";
}

const char *cg_ctl_tint_off(FILE *file, enum cg_ctl_tint tint)
{
	return tint != CG_TINT_NONE && takes_colour(file) ? "\033[0m" : "";
}

/* The word that starts at text, without the blanks behind it. */
static char *append_word(char *out, const char *text, size_t len,
			 size_t *column)
{
	size_t before = out == NULL ? 0 : cg_printable_width(out);

	out = talloc_strndup_append_buffer(out, text, len);
	*column += out == NULL ? 0 : cg_printable_width(out) - before;
	return out;
}

static char *append_break(char *out, size_t indent, size_t *column)
{
	/* Far wider than any indent of ours. */
	int blanks = (int)indent;

	*column = indent;
	return talloc_asprintf_append_buffer(out, "\n%*s", blanks, "");
}

char *cg_ctl_wrapped(TALLOC_CTX *mem_ctx, const char *text, size_t indent,
		     size_t width)
{
	char *out = talloc_strdup(mem_ctx, "");
	size_t column = indent;

	while (*text != '\0') {
		size_t len = strcspn(text, " ");
		/* A blank, the word; the last column stays free. */
		bool fits = width == 0 || column + 1 + len < width;

		if (column > indent && fits) {
			out = append_word(out, " ", 1, &column);
		} else if (column > indent) {
			out = append_break(out, indent, &column);
		}
		out = append_word(out, text, len, &column);
		text += len;
		text += strspn(text, " ");
	}
	return out;
}

void cg_ctl_complain(const char *format, ...)
{
	char *text;
	char *lines = NULL;
	va_list args;

	(void)fflush(stdout);
	va_start(args, format);
	text = talloc_vasprintf(NULL, format, args);
	va_end(args);
	if (text != NULL) {
		lines = cg_ctl_wrapped(text, text, sizeof(prefix) - 1,
				       cg_ctl_width(stderr));
	}
	(void)fprintf(stderr, "%s%s\n", prefix,
		      lines == NULL ? "out of memory" : lines);
	talloc_free(text);
}
