/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events, counted, as a text file for Prometheus. */
#ifndef CG_BROKER_AUDIT_COUNTERS_H
#define CG_BROKER_AUDIT_COUNTERS_H

#include <stdint.h>
#include <time.h>

#include "isolated-helper/broker/audit_kinds.h"

#define CG_AUDIT_KINDS_MAX 32U

struct cg_audit_counters {
	uint64_t n[CG_AUDIT_KINDS_MAX][CG_AUDIT_RESULTS];
	uint64_t n_suppressed;
	uint64_t n_lost;
	time_t started;
};

void cg_audit_counters_init(struct cg_audit_counters *counters);
/* kind: a row of audit_kinds.c. */
void cg_audit_counters_add(struct cg_audit_counters *counters, size_t kind,
			   enum cg_status status);
/* In one step: a reader sees the old file or the new one. */
void cg_audit_counters_write(const struct cg_audit_counters *counters,
			     const char *path);

#endif
