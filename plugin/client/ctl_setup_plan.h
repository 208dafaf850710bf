/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What enable puts into files of the machine, and disable takes away: whole
 * files of ours, and two lines in files of others. What was done is read from
 * the files themselves, so that both can be killed, and run again. */
#ifndef CG_CLIENT_CTL_SETUP_PLAN_H
#define CG_CLIENT_CTL_SETUP_PLAN_H

#include <stdbool.h>
#include <stddef.h>
#include <talloc.h>

#include "idl/status.h"

struct cg_setup_change {
	const char *path;
	char *old;		/* NULL: there is no file */
	char *new;		/* NULL: there shall be none */
	bool with_dir;		/* the directory was made for it */
	bool is_needed;
};

size_t cg_setup_plan_size(void);
/* The i-th change: enabling goes forwards, disabling backwards. Complains
 * itself. */
CG_MUST_CHECK enum cg_status cg_setup_plan_change(TALLOC_CTX *mem_ctx,
						  size_t i, bool enable,
						  struct cg_setup_change *out);
CG_MUST_CHECK enum cg_status cg_setup_plan_apply(
	const struct cg_setup_change *change);

#endif
