/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The guardian's log: one line each, to stderr. */
#ifndef CG_LAUNCH_LOG_H
#define CG_LAUNCH_LOG_H

void cg_log(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
