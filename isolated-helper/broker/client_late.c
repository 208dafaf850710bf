/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See client_late.h. */
#include "isolated-helper/broker/client_late.h"

#include <stdbool.h>

#include "isolated-helper/broker/audit.h"

struct cg_client_late {
	bool is_due;
	struct cg_audit event;
};

struct cg_client_late *cg_client_late_open(TALLOC_CTX *mem_ctx)
{
	return talloc_zero(mem_ctx, struct cg_client_late);
}

static bool keep(struct cg_client_late *late, struct cg_bytes *bytes)
{
	if (bytes->len == 0) {
		return true;
	}
	bytes->data = talloc_memdup(late, bytes->data, bytes->len);
	return bytes->data != NULL;
}

void cg_client_late_put(struct cg_client_late *late,
			const struct cg_audit *event)
{
	cg_client_late_write(late);
	if (late == NULL) {
		cg_audit(event);
		return;
	}
	late->event = *event;
	if (keep(late, &late->event.client) &&
	    keep(late, &late->event.server) &&
	    keep(late, &late->event.target)) {
		late->is_due = true;
		return;
	}
	talloc_free_children(late);
	cg_audit(event);
}

void cg_client_late_write(struct cg_client_late *late)
{
	if (late == NULL || !late->is_due) {
		return;
	}
	late->is_due = false;
	cg_audit(&late->event);
	talloc_free_children(late);
}
