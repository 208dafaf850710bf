/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See ctl_audit_text.h. What a program called itself must not drive the
 * terminal of root. */
#include "plugin/client/ctl_audit_text.h"

#include <string.h>
#include <time.h>

#include "plugin/client/ctl_terminal.h"
#include "plugin/client/printable.h"

static const char *text_of(const json_t *event, const char *name)
{
	const char *text = json_string_value(json_object_get(event, name));

	return text == NULL ? "" : text;
}

bool cg_ctl_audit_text_is_since(const json_t *event, const char *since)
{
	return strcmp(text_of(event, "time"), since) >= 0;
}

static void put(FILE *file, const char *before, const char *text,
		const char *after)
{
	const struct cg_bytes bytes = {
		/* The cast: text is bytes. */
		.data = (const uint8_t *)text, .len = strlen(text),
	};
	char *safe = cg_printable(NULL, bytes);

	if (text[0] != '\0') {
		(void)fprintf(file, "%s%s%s", before,
			      safe == NULL ? "?" : safe, after);
	}
	talloc_free(safe);
}

/* In local time, with seconds. */
static void put_time(FILE *file, const json_t *event)
{
	const char *text = text_of(event, "time");
	struct tm tm = { 0 };
	char local[CG_CTL_AUDIT_TIME_LEN];
	time_t at;

	if (strptime(text, "%Y-%m-%dT%H:%M:%S", &tm) == NULL) {
		put(file, "", text, "");
		return;
	}
	at = timegm(&tm);
	(void)localtime_r(&at, &tm);
	(void)strftime(local, sizeof(local), "%d %b %H:%M:%S", &tm);
	(void)fputs(local, file);
}

static enum cg_ctl_tint tint_of(const char *result)
{
	if (strcmp(result, "refused") == 0) {
		return CG_TINT_BAD;
	}
	return strcmp(result, "failed") == 0 ? CG_TINT_WARN : CG_TINT_NONE;
}

static void put_result(FILE *file, const json_t *event)
{
	const char *result = text_of(event, "result");
	enum cg_ctl_tint tint = tint_of(result);

	(void)fputs("  ", file);
	(void)fputs(cg_ctl_tint_on(file, tint), file);
	put(file, "", result, "");
	(void)fputs(cg_ctl_tint_off(file, tint), file);
}

static void put_number(FILE *file, const json_t *event, const char *name,
		       const char *format)
{
	const json_t *number = json_object_get(event, name);
	char text[32];

	if (json_is_integer(number)) {
		(void)snprintf(text, sizeof(text), "%lld",
			       (long long)json_integer_value(number));
		put(file, format, text, "");
	}
}

void cg_ctl_audit_text_print(const json_t *event, FILE *file)
{
	bool is_good = strcmp(text_of(event, "result"), "allowed") == 0;

	put_time(file, event);
	put_result(file, event);
	put(file, " ", text_of(event, "event"), "");
	put_number(file, event, "count", ": ");
	put_number(file, event, "uid", ", uid ");
	put(file, ", ", text_of(event, "program"), "");
	put_number(file, event, "pid", " pid ");
	put(file, ", ", text_of(event, "client"), "");
	put(file, " to ", text_of(event, "server"), "");
	put(file, " to ", text_of(event, "target"), "");
	if (!is_good) {
		put(file, ": ", text_of(event, "reason"), "");
		put_number(file, event, "kdc_error", ", KDC error ");
	}
	(void)fputc('\n', file);
}
