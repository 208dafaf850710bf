/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An event for people: one line. */
#ifndef CG_CLIENT_CTL_AUDIT_TEXT_H
#define CG_CLIENT_CTL_AUDIT_TEXT_H

#include <jansson.h>
#include <stdbool.h>
#include <stdio.h>

#define CG_CTL_AUDIT_TIME_LEN 32

/* since "": always. */
bool cg_ctl_audit_text_is_since(const json_t *event, const char *since);
void cg_ctl_audit_text_print(const json_t *event, FILE *file);

#endif
