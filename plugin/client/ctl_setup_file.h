/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files that are whole at every moment, whenever we are killed. */
#ifndef CG_CLIENT_CTL_SETUP_FILE_H
#define CG_CLIENT_CTL_SETUP_FILE_H

#include <stdbool.h>
#include <talloc.h>

#include "idl/status.h"

#define CG_SETUP_FILE_MAX (1U << 20)

bool cg_setup_file_exists(const char *path);
/* All of them complain themselves. CG_E_NOT_FOUND, without a complaint: there
 * is no such file. */
CG_MUST_CHECK enum cg_status cg_setup_file_read(TALLOC_CTX *mem_ctx,
						const char *path, char **out);
/* Replaces what is there, with its owner and mode (new: root's, 0644), also
 * where a symbolic link leads. A directory that is missing is made. */
CG_MUST_CHECK enum cg_status cg_setup_file_write(const char *path,
						 const char *text);
/* And its directory, when with_dir is true and nothing else is in it. */
CG_MUST_CHECK enum cg_status cg_setup_file_remove(const char *path,
						  bool with_dir);
/* What a killed run may have left beside path. */
void cg_setup_file_clean(const char *path);

#endif
