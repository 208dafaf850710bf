/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See audit_record.h. */
#include "isolated-helper/broker/audit_record.h"

#include <inttypes.h>
#include <stdio.h>

#include "idl/nt_status.h"
#include "isolated-helper/broker/audit_kinds.h"
#include "isolated-helper/broker/audit_process.h"
#include "isolated-helper/broker/log.h"
#include "isolated-helper/broker/peer.h"

/* libkrb5 counts the KDC's error numbers (RFC 4120 7.5.9) from here. */
#define KRB5_ERROR_BASE (-1765328384)
#define KDC_ERRORS 128

#define PART_LEN 32

static void put_detail(const struct cg_audit *event,
		       struct cg_audit_record *out)
{
	int32_t code = (int32_t)event->detail;
	int32_t number = code - KRB5_ERROR_BASE;

	out->kdc_error = -1;
	if (event->result != CG_E_KRB5) {
		return;
	}
	if (CG_NT_IS_ERROR(event->detail)) {
		out->nt_status = event->detail;
		return;
	}
	out->krb5 = code;
	if (code >= KRB5_ERROR_BASE && number < KDC_ERRORS) {
		out->kdc_error = number;
	}
}

static void put_process(const struct cg_audit *event,
			struct cg_audit_record *out)
{
	if (event->peer == NULL) {
		return;
	}
	out->pid = event->peer->pid;
	cg_audit_process_read(out->pid, out->program, out->cgroup);
	/* After reading: what was read belongs to the one that connected. */
	out->has_ended = !cg_peer_is_there(event->peer);
	if (out->has_ended) {
		out->program[0] = '\0';
		out->cgroup[0] = '\0';
	}
}

/* What comes from a client never becomes a line of its own. */
static void put_target(struct cg_bytes target,
		       char out[static CG_AUDIT_TARGET_LEN])
{
	size_t len = 0;

	for (size_t i = 0; i < target.len && len + 1 < CG_AUDIT_TARGET_LEN;
	     i++) {
		uint8_t c = target.data[i];

		if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\') {
			c = '?';
		}
		/* The cast: printable ASCII fits a char. */
		out[len++] = (char)c;
	}
	out[len] = '\0';
}

void cg_audit_record_of(const struct cg_audit *event,
			struct cg_audit_record *out)
{
	*out = (struct cg_audit_record){
		.kind = cg_audit_kinds_find(event->what),
		.what = event->what,
		.uid = event->uid,
		.rule = event->rule,
		.mode = event->mode,
		.result = event->result,
	};
	(void)clock_gettime(CLOCK_REALTIME, &out->time);
	put_process(event, out);
	put_target(event->target, out->target);
	cg_principal_text(event->client, out->client);
	cg_principal_text(event->server, out->server);
	put_detail(event, out);
}

void cg_audit_record_about(const char *what, uid_t uid, uint64_t count,
			   struct cg_audit_record *out)
{
	const struct cg_audit event = { .what = what, .uid = uid };

	cg_audit_record_of(&event, out);
	out->count = count;
}

static void detail_text(const struct cg_audit_record *r, char out[PART_LEN])
{
	out[0] = '\0';
	if (r->nt_status != 0) {
		(void)snprintf(out, PART_LEN, " nt_status=0x%08" PRIx32,
			       r->nt_status);
	} else if (r->kdc_error >= 0) {
		(void)snprintf(out, PART_LEN, " kdc_error=%d", r->kdc_error);
	} else if (r->krb5 != 0) {
		(void)snprintf(out, PART_LEN, " krb5=%d", r->krb5);
	} else if (r->count > 0) {
		(void)snprintf(out, PART_LEN, " count=%" PRIu64, r->count);
	}
}

static void process_text(const struct cg_audit_record *r, char out[PART_LEN])
{
	out[0] = '\0';
	if (r->pid != 0) {
		(void)snprintf(out, PART_LEN, " pid=%d%s", (int)r->pid,
			       r->has_ended ? "(ended)" : "");
	}
}

void cg_audit_record_line(const struct cg_audit_record *r,
			  char out[static CG_AUDIT_LINE_LEN])
{
	bool has_target = r->target[0] != '\0';
	char process[PART_LEN];
	char detail[PART_LEN];

	process_text(r, process);
	detail_text(r, detail);
	(void)snprintf(out, CG_AUDIT_LINE_LEN, "%s uid=%u%s client=%s "
		       "server=%s%s%s%s result=\"%s\"%s", r->what,
		       (unsigned int)r->uid, process, r->client, r->server,
		       has_target ? " target=\"" : "", r->target,
		       has_target ? "\"" : "", cg_status_text(r->result),
		       detail);
}

void cg_audit_record_say(const struct cg_audit_record *record)
{
	char line[CG_AUDIT_LINE_LEN];

	cg_audit_record_line(record, line);
	cg_log(CG_LOG_AUDIT, "%s", line);
}
