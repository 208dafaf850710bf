/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Memory for what passes through: never swapped, in no core file. */
#ifndef CG_WINBIND_SCRATCH_H
#define CG_WINBIND_SCRATCH_H

#include <stddef.h>
#include <stdint.h>

/* For as long as the process lives; zeroed. NULL: there is none. */
uint8_t *cg_scratch_make(size_t len);

#endif
