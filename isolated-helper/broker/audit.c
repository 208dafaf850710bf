/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See audit.h. */
#include "isolated-helper/broker/audit.h"

#include <stdio.h>

#include "idl/nt_status.h"
#include "isolated-helper/broker/log.h"
#include "isolated-helper/broker/peer.h"
#include "isolated-helper/broker/principal_text.h"

/* libkrb5 counts the KDC's error numbers (RFC 4120 7.5.9) from here. */
#define KRB5_ERROR_BASE (-1765328384)
#define KDC_ERRORS 128

#define DETAIL_LEN 32
#define PROCESS_LEN 32

static void put_detail(const struct cg_audit *event, char out[DETAIL_LEN])
{
	int32_t code = (int32_t)event->detail;
	int32_t number = code - KRB5_ERROR_BASE;

	out[0] = '\0';
	if (event->result != CG_E_KRB5) {
		return;
	}
	if (CG_NT_IS_ERROR(event->detail)) {
		(void)snprintf(out, DETAIL_LEN, " nt_status=0x%08x",
			       event->detail);
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

void cg_audit(const struct cg_audit *event)
{
	char process[PROCESS_LEN];
	char client[CG_PRINCIPAL_TEXT_LEN];
	char server[CG_PRINCIPAL_TEXT_LEN];
	char detail[DETAIL_LEN];

	put_process(event, process);
	cg_principal_text(event->client, client);
	cg_principal_text(event->server, server);
	put_detail(event, detail);
	cg_log(CG_LOG_AUDIT, "%s uid=%u%s client=%s server=%s result=\"%s\"%s",
	       event->what, (unsigned int)event->uid, process, client, server,
	       cg_status_text(event->result), detail);
}
