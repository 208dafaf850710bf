/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See audit_json.h. Flat, so that a library would be more than it needs. */
#include "isolated-helper/broker/audit_json.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "isolated-helper/broker/audit_kinds.h"
#include "isolated-helper/broker/audit_record.h"

struct line {
	char *out;
	size_t len;
	size_t cap;
};

static void put(struct line *line, const char *format, ...)
	__attribute__((format(printf, 2, 3)));

/* A line that is full stays so. */
static void put(struct line *line, const char *format, ...)
{
	va_list args;
	int n;

	va_start(args, format);
	n = vsnprintf(line->out + line->len, line->cap - line->len, format,
		      args);
	va_end(args);
	if (n < 0 || line->len + (size_t)n >= line->cap) {
		line->len = line->cap;
		return;
	}
	line->len += (size_t)n;
}

/* Bytes above ASCII are told as the characters of Latin 1: JSON has no other
 * way for what is no UTF-8. */
static void put_text(struct line *line, const char *text)
{
	put(line, "\"");
	for (; *text != '\0' && line->len < line->cap; text++) {
		unsigned char c = (unsigned char)*text;

		if (c == '"' || c == '\\') {
			put(line, "\\%c", c);
		} else if (c < 0x20 || c >= 0x7f) {
			put(line, "\\u%04x", c);
		} else {
			put(line, "%c", c);
		}
	}
	put(line, "\"");
}

/* Left out when there is nothing to say. */
static void put_named(struct line *line, const char *name, const char *text)
{
	if (text == NULL || text[0] == '\0' || strcmp(text, "-") == 0) {
		return;
	}
	put(line, ",\"%s\":", name);
	put_text(line, text);
}

static void put_time(struct line *line, const struct timespec *at)
{
	struct tm tm = { 0 };
	char text[32];

	(void)gmtime_r(&at->tv_sec, &tm);
	(void)strftime(text, sizeof(text), "%Y-%m-%dT%H:%M:%S", &tm);
	put(line, "{\"time\":\"%s.%03ldZ\"", text, at->tv_nsec / 1000000);
}

static void put_numbers(struct line *line, const struct cg_audit_record *r)
{
	if (r->nt_status != 0) {
		put(line, ",\"nt_status\":%" PRIu32, r->nt_status);
	} else if (r->kdc_error >= 0) {
		put(line, ",\"kdc_error\":%" PRId32, r->kdc_error);
	} else if (r->krb5 != 0) {
		put(line, ",\"krb5\":%" PRId32, r->krb5);
	}
	if (r->count > 0) {
		put(line, ",\"count\":%" PRIu64, r->count);
	}
	if (r->pid != 0) {
		put(line, ",\"pid\":%d", (int)r->pid);
	}
}

size_t cg_audit_json(const struct cg_audit_record *r, char *out, size_t cap)
{
	const struct cg_audit_kind *kind = cg_audit_kinds_at(r->kind);
	struct line line = { .out = out, .cap = cap };

	put_time(&line, &r->time);
	put(&line, ",\"id\":%" PRIu32, cg_audit_kinds_id(kind, r->result));
	put_named(&line, "event", r->what);
	put_named(&line, "result", cg_audit_kinds_result_name(
			  cg_audit_kinds_result(r->result)));
	put_named(&line, "reason", cg_status_text(r->result));
	put(&line, ",\"uid\":%u", (unsigned int)r->uid);
	put_numbers(&line, r);
	put_named(&line, "program", r->program);
	put_named(&line, "cgroup", r->cgroup);
	put_named(&line, "client", r->client);
	put_named(&line, "server", r->server);
	put_named(&line, "target", r->target);
	put_named(&line, "protocol", kind->protocol);
	put_named(&line, "rule", r->rule);
	put_named(&line, "mode",
		  r->mode == CG_AUDIT_ENFORCED ? "enforce" : "audit");
	put(&line, "}\n");
	return line.len < line.cap ? line.len : 0;
}
