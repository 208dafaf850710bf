/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sections [launch] and [vault] of credguard.conf. */
#ifndef CG_LAUNCH_CONFIG_H
#define CG_LAUNCH_CONFIG_H

#include "idl/status.h"

struct cg_settings;

/* Says on stderr which line of which file is wrong. */
CG_MUST_CHECK enum cg_status cg_config_read(const char *path,
					    struct cg_settings *out);

#endif
