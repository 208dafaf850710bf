/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The journal's own protocol is one datagram of lines NAME=value, and
 * documented as stable. libsystemd would bring three compression libraries
 * and libgcrypt into the process that sees service tickets, for this. */
#include "isolated-helper/broker/audit_journal.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>

#include "isolated-helper/broker/audit_kinds.h"
#include "isolated-helper/broker/audit_record.h"

#define NOTICE 5		/* of syslog's levels */
#define INFO 6
#define DATAGRAM_LEN 3072

struct datagram {
	char text[DATAGRAM_LEN];
	size_t len;
	bool is_full;
};

int cg_audit_journal_open(void)
{
	return socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
}

/* A newline would begin another field. */
static void put(struct datagram *d, const char *name, const char *value)
{
	size_t room = sizeof(d->text) - d->len;
	int n;

	if (value == NULL || value[0] == '\0' || strcmp(value, "-") == 0) {
		return;
	}
	n = snprintf(d->text + d->len, room, "%s=%s", name, value);
	if (n < 0 || (size_t)n + 1 >= room) {
		d->is_full = true;
		return;
	}
	for (char *c = d->text + d->len; *c != '\0'; c++) {
		if (*c == '\n') {
			*c = '?';
		}
	}
	d->len += (size_t)n;
	d->text[d->len++] = '\n';
}

static void put_number(struct datagram *d, const char *name, int64_t number)
{
	char text[24];

	(void)snprintf(text, sizeof(text), "%" PRId64, number);
	put(d, name, text);
}

static void put_numbers(struct datagram *d, const struct cg_audit_record *r)
{
	put_number(d, "CREDGUARD_UID", r->uid);
	if (r->pid != 0) {
		put_number(d, "CREDGUARD_PID", r->pid);
	}
	if (r->nt_status != 0) {
		put_number(d, "CREDGUARD_NT_STATUS", r->nt_status);
	}
	if (r->kdc_error >= 0) {
		put_number(d, "CREDGUARD_KDC_ERROR", r->kdc_error);
	}
	if (r->count > 0) {
		/* 2^63 events take longer than there is. */
		put_number(d, "CREDGUARD_COUNT", (int64_t)r->count);
	}
}

/* The first, so that there is room. */
static void put_message(struct datagram *d, const struct cg_audit_record *r)
{
	_Static_assert(sizeof(d->text) > 2 * CG_AUDIT_LINE_LEN - 64,
		       "a message and as much again");
	d->len = (size_t)snprintf(d->text, sizeof(d->text), "MESSAGE=");
	cg_audit_record_line(r, d->text + d->len);
	d->len += strlen(d->text + d->len);
	d->text[d->len++] = '\n';
}

static void fill(struct datagram *d, const struct cg_audit_record *r)
{
	const struct cg_audit_kind *kind = cg_audit_kinds_at(r->kind);
	unsigned int result = cg_audit_kinds_result(r->result);

	put_message(d, r);
	put_number(d, "PRIORITY", result == CG_AUDIT_ALLOWED ? INFO : NOTICE);
	put(d, "SYSLOG_IDENTIFIER", "credguardd");
	put_number(d, "CREDGUARD_EVENT_ID",
		   cg_audit_kinds_id(kind, r->result));
	put(d, "CREDGUARD_EVENT", r->what);
	put(d, "CREDGUARD_RESULT", cg_audit_kinds_result_name(result));
	put_numbers(d, r);
	put(d, "CREDGUARD_PROGRAM", r->program);
	put(d, "CREDGUARD_CGROUP", r->cgroup);
	put(d, "CREDGUARD_CLIENT", r->client);
	put(d, "CREDGUARD_SERVER", r->server);
	put(d, "CREDGUARD_TARGET", r->target);
	put(d, "CREDGUARD_PROTOCOL", kind->protocol);
	put(d, "CREDGUARD_RULE", r->rule);
	put(d, "CREDGUARD_MODE",
	    r->mode == CG_AUDIT_ENFORCED ? "enforce" : "audit");
}

bool cg_audit_journal_send(int fd, const char *path,
			   const struct cg_audit_record *record)
{
	struct sockaddr_un to = { .sun_family = AF_UNIX };
	struct datagram d = { .len = 0 };
	size_t len = strlen(path);

	if (fd < 0 || len >= sizeof(to.sun_path)) {
		return false;
	}
	memcpy(to.sun_path, path, len);
	fill(&d, record);
	return !d.is_full &&
	       sendto(fd, d.text, d.len, MSG_NOSIGNAL | MSG_DONTWAIT,
		      (const struct sockaddr *)&to, sizeof(to)) ==
		       (ssize_t)d.len;
}
