/* SPDX-License-Identifier: GPL-3.0-or-later */
/* JSON output: one value, then the end of the line. */
#ifndef CG_CLIENT_CTL_JSON_H
#define CG_CLIENT_CTL_JSON_H

#include <jansson.h>
#include <stdint.h>

/* Prints and releases value, which may be NULL (out of memory). Returns an
 * enum cg_ctl_exit. */
int cg_ctl_json_print(json_t *value);
/* Seconds since 1970, null for 0. */
json_t *cg_ctl_json_time(uint64_t when);
json_t *cg_ctl_json_number(uint64_t n);

#endif
