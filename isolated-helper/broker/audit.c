/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See audit.h. */
#include "isolated-helper/broker/audit.h"

#include <stdio.h>

#include "isolated-helper/broker/log.h"
#include "isolated-helper/broker/peer.h"
#include "isolated-helper/broker/principal_text.h"

/* libkrb5 counts the KDC's error numbers (RFC 4120 7.5.9) from here. */
#define KRB5_ERROR_BASE (-1765328384)
#define KDC_ERRORS 128

#define DETAIL_LEN 32
#define PROCESS_LEN 32
#define TARGET_LEN 160

static void put_detail(const struct cg_audit *event, char out[DETAIL_LEN])
{
	int32_t code = (int32_t)event->detail;
	int32_t number = code - KRB5_ERROR_BASE;

	out[0] = '\0';
	if (event->result != CG_E_KRB5) {
		return;
	}
	if (code < KRB5_ERROR_BASE || number >= KDC_ERRORS) {
		(void)snprintf(out, DETAIL_LEN, " krb5=%d", code);
		return;
	}
	(void)snprintf(out, DETAIL_LEN, " kdc_error=%d", number);
}

static void put_process(const struct cg_audit *event, char out[PROCESS_LEN])
{
	out[0] = '\0';
	if (event->peer != NULL) {
		(void)snprintf(out, PROCESS_LEN, " pid=%d%s",
			       (int)event->peer->pid,
			       cg_peer_is_there(event->peer) ? ""
							     : "(ended)");
	}
}

/* What comes from a client never becomes a line of its own. */
static void put_target(const struct cg_audit *event, char out[TARGET_LEN])
{
	int n = event->target.len > 0
			? snprintf(out, TARGET_LEN, " target=\"") : 0;
	size_t len = n > 0 ? (size_t)n : 0;

	for (size_t i = 0; i < event->target.len && len + 2 < TARGET_LEN;
	     i++) {
		uint8_t c = event->target.data[i];
		if (c < 0x20 || c >= 0x7f || c == '"' || c == '\\') {
			c = '?';
		}
		/* The cast: printable ASCII fits a char. */
		out[len++] = (char)c;
	}
	if (len > 0) {
		out[len++] = '"';
	}
	out[len] = '\0';
}

void cg_audit(const struct cg_audit *event)
{
	char process[PROCESS_LEN];
	char client[CG_PRINCIPAL_TEXT_LEN];
	char server[CG_PRINCIPAL_TEXT_LEN];
	char detail[DETAIL_LEN];
	char target[TARGET_LEN];

	put_process(event, process);
	put_target(event, target);
	cg_principal_text(event->client, client);
	cg_principal_text(event->server, server);
	put_detail(event, detail);
	cg_log(CG_LOG_AUDIT,
	       "%s uid=%u%s client=%s server=%s%s result=\"%s\"%s",
	       event->what, (unsigned int)event->uid, process, client, server,
	       target, cg_status_text(event->result), detail);
}
