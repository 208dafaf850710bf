/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Log lines to stderr. No text of a client is ever part of one. */
#ifndef CG_WINBIND_LOG_H
#define CG_WINBIND_LOG_H

void cg_log(const char *fmt, ...) __attribute__((format(printf, 1, 2)));

#endif
