/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An event as a line of JSON. */
#ifndef CG_BROKER_AUDIT_JSON_H
#define CG_BROKER_AUDIT_JSON_H

#include <stddef.h>

#define CG_AUDIT_JSON_LEN 4096U

struct cg_audit_record;

/* The length, newline included; 0: it does not fit. Whatever peers put into
 * it, it is one line of ASCII. */
size_t cg_audit_json(const struct cg_audit_record *record, char *out,
		     size_t cap);

#endif
