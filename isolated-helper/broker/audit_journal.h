/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Events as fields of the systemd journal. */
#ifndef CG_BROKER_AUDIT_JOURNAL_H
#define CG_BROKER_AUDIT_JOURNAL_H

#include <stdbool.h>

#define CG_AUDIT_JOURNAL "/run/systemd/journal/socket"

struct cg_audit_record;

/* -1: there is none. */
int cg_audit_journal_open(void);
/* path: CG_AUDIT_JOURNAL, but in tests. false: it was not taken. */
bool cg_audit_journal_send(int fd, const char *path,
			   const struct cg_audit_record *record);

#endif
