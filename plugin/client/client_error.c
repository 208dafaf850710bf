/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Filling the error record. */
#include "plugin/client/client_error.h"

#include <errno.h>
#include <stdio.h>

enum cg_status cg_client_error_set(struct cg_client_error *err,
				   enum cg_client_stage stage,
				   enum cg_status st, const char *path,
				   const char *problem)
{
	if (err == NULL) {
		return st;
	}
	*err = (struct cg_client_error){
		.st = st, .stage = stage, .problem = problem,
	};
	if (path != NULL) {
		(void)snprintf(err->path, sizeof(err->path), "%s", path);
	}
	return st;
}

enum cg_status cg_client_error_errno(struct cg_client_error *err,
				     enum cg_client_stage stage,
				     enum cg_status st, const char *path)
{
	int code = errno;

	(void)cg_client_error_set(err, stage, st, path, NULL);
	if (err != NULL) {
		err->sys_errno = code;
	}
	return st;
}
