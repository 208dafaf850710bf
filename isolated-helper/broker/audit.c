/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See audit.h. */
#include "isolated-helper/broker/audit.h"

#include "isolated-helper/broker/audit_log.h"
#include "isolated-helper/broker/audit_record.h"

void cg_audit(const struct cg_audit *event)
{
	struct cg_audit_record record;

	if (event->log != NULL) {
		cg_audit_log_put(event->log, event);
		return;
	}
	cg_audit_record_of(event, &record);
	cg_audit_record_say(&record);
}
