/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often a uid may do something: so many times at once, and as many in
 * each minute after. */
#ifndef CG_BROKER_RATE_H
#define CG_BROKER_RATE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <talloc.h>

struct cg_rate;

/* NULL when out of memory. */
struct cg_rate *cg_rate_open(TALLOC_CTX *mem_ctx, uint32_t per_minute);
/* False: too often, or out of memory. now_ms: of a clock that never goes
 * back. */
bool cg_rate_take(struct cg_rate *rate, uid_t uid, uint64_t now_ms);
uint64_t cg_rate_now_ms(void);

#endif
