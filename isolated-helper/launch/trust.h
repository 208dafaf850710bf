/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who could have changed a file that we are about to believe or run. */
#ifndef CG_LAUNCH_TRUST_H
#define CG_LAUNCH_TRUST_H

#include <stdbool.h>

#include "idl/status.h"

/* The file and every directory above it belong to root, and nobody else may
 * write to them; else says so on stderr. dev: a build tree, all is well. */
CG_MUST_CHECK enum cg_status cg_trust_check(const char *path, bool dev);

#endif
