/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A directory of root's for sockets. */
#ifndef CG_LAUNCH_DIR_H
#define CG_LAUNCH_DIR_H

#include <sys/types.h>

#include "idl/status.h"

/* One that is there has to be just like that; else the log says so. */
CG_MUST_CHECK enum cg_status cg_dir_make(const char *path, gid_t gid,
					 mode_t mode);

#endif
