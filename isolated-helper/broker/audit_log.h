/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where events go: counters of all, then file and journal for as many as one
 * user may cause. Nothing here fails towards who tells an event: what could
 * not be written is counted and told later. */
#ifndef CG_BROKER_AUDIT_LOG_H
#define CG_BROKER_AUDIT_LOG_H

#include <stdint.h>
#include <talloc.h>
#include <tevent.h>

struct cg_audit;
struct cg_audit_log;

/* Texts stay the caller's and must stay. */
struct cg_audit_log_setup {
	const char *file;		/* NULL: none */
	const char *metrics;		/* NULL: none */
	const char *journal;		/* the socket; need not be there */
	uint32_t per_s;			/* of one user */
};

/* NULL when out of memory. */
struct cg_audit_log *cg_audit_log_open(TALLOC_CTX *mem_ctx,
				       struct tevent_context *ev,
				       const struct cg_audit_log_setup *setup);
void cg_audit_log_put(struct cg_audit_log *log, const struct cg_audit *event);
/* An event of the service itself. */
void cg_audit_log_about(struct cg_audit_log *log, const char *what);

#endif
