/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Durations as people type them: 10h, 7d, 1h30m, 45s; a plain number means
 * seconds, as for kinit. */
#ifndef CG_CLIENT_DURATION_H
#define CG_CLIENT_DURATION_H

#include <stdint.h>
#include <talloc.h>

#include "idl/status.h"

/* CG_E_INVALID: no duration, or none at all. CG_E_LIMIT: over 68 years. */
CG_MUST_CHECK enum cg_status cg_duration_parse(const char *text,
					       uint32_t *out_s);
/* For people, the two largest units: "3 d 4 h", "12 min 5 s".
 * NULL when out of memory. */
char *cg_duration_text(TALLOC_CTX *mem_ctx, uint64_t duration_s);

#endif
