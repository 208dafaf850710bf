/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two directories in which the broker writes for others: events and
 * metrics. With systemd, tmpfiles.d makes them. */
#ifndef CG_LAUNCH_LOGS_H
#define CG_LAUNCH_LOGS_H

#include <stdbool.h>

struct cg_runtime;
struct cg_user;

struct cg_logs {
	bool made_metrics;
};

/* What cannot be made is told, and done without. */
void cg_logs_open(const struct cg_runtime *rt, const struct cg_user *broker,
		  struct cg_logs *out);
/* Metrics end with the service; events stay. */
void cg_logs_close(const struct cg_logs *logs, const struct cg_runtime *rt);

#endif
