/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Log lines to stderr: one write, one line. Whatever is not printable ASCII
 * is shown as \xNN, so that no peer can forge a line. Never a secret. */
#ifndef CG_BROKER_LOG_H
#define CG_BROKER_LOG_H

enum cg_log_level {
	CG_LOG_ERROR,
	CG_LOG_WARNING,
	CG_LOG_INFO,
	CG_LOG_AUDIT,		/* a decision about credentials */
};

void cg_log(enum cg_log_level level, const char *fmt, ...)
	__attribute__((format(printf, 2, 3)));

#endif
