/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An event with everything in text, ready for a file, the journal or people.
 */
#ifndef CG_BROKER_AUDIT_RECORD_H
#define CG_BROKER_AUDIT_RECORD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

#include "idl/status.h"
#include "isolated-helper/broker/audit.h"
#include "isolated-helper/broker/principal_text.h"

#define CG_AUDIT_TARGET_LEN 160
#define CG_AUDIT_PROGRAM_LEN 20
#define CG_AUDIT_CGROUP_LEN 192
#define CG_AUDIT_LINE_LEN 1536

struct cg_audit_record {
	size_t kind;			/* a row of audit_kinds.c */
	const char *what;
	struct timespec time;
	uid_t uid;
	pid_t pid;			/* 0: several, or not known */
	bool has_ended;			/* the process */
	char program[CG_AUDIT_PROGRAM_LEN];	/* advisory: it may lie */
	char cgroup[CG_AUDIT_CGROUP_LEN];
	char client[CG_PRINCIPAL_TEXT_LEN];	/* "-": none */
	char server[CG_PRINCIPAL_TEXT_LEN];
	char target[CG_AUDIT_TARGET_LEN];	/* "": none */
	const char *rule;		/* NULL: none */
	enum cg_audit_mode mode;
	enum cg_status result;
	int32_t krb5;			/* with CG_E_KRB5: libkrb5's code */
	int32_t kdc_error;		/* or the KDC's number; -1: neither */
	uint32_t nt_status;		/* or its reason; 0: none */
	uint64_t count;			/* how many it stands for; 0: itself */
};

void cg_audit_record_of(const struct cg_audit *event,
			struct cg_audit_record *out);
/* Of the service itself, or about other events: no principal, no process. */
void cg_audit_record_about(const char *what, uid_t uid, uint64_t count,
			   struct cg_audit_record *out);
/* For people, in one line. */
void cg_audit_record_line(const struct cg_audit_record *record,
			  char out[static CG_AUDIT_LINE_LEN]);
/* That line, to the service's log. */
void cg_audit_record_say(const struct cg_audit_record *record);

#endif
