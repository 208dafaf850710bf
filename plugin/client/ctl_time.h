/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Points in time for people. */
#ifndef CG_CLIENT_CTL_TIME_H
#define CG_CLIENT_CTL_TIME_H

#include <stdint.h>
#include <talloc.h>

/* "22 Nov 14:05" in local time, the year in place of the hour when that is
 * far from now; "-" for 0. NULL when out of memory. */
char *cg_ctl_time_text(TALLOC_CTX *mem_ctx, uint64_t when, uint64_t now);
uint64_t cg_ctl_time_now(void);

#endif
