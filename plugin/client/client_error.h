/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What went wrong on the way to the broker, as data. The words for it are
 * made in one place, errors.c. */
#ifndef CG_CLIENT_CLIENT_ERROR_H
#define CG_CLIENT_CLIENT_ERROR_H

#include <stdint.h>

#include "idl/status.h"

#define CG_CLIENT_PATH_MAX 108U		/* as sun_path */

enum cg_client_stage {
	CG_STAGE_LOCAL = 0,	/* in this process, before anything was sent */
	CG_STAGE_CONNECT,	/* the socket could not be reached */
	CG_STAGE_TRUST,		/* somebody else may have made it */
	CG_STAGE_KEY,		/* the vault's public key file */
	CG_STAGE_CALL,		/* no answer, or none that makes sense */
	CG_STAGE_REPLY		/* the broker answered, and said no */
};

struct cg_client_error {
	enum cg_status st;
	enum cg_client_stage stage;
	int sys_errno;			/* 0: no system call failed */
	int32_t krb5_code;		/* with CG_E_KRB5 */
	uint32_t nt_status;		/* the KDC's (idl/nt_status.h), or 0 */
	uint32_t waited_ms;		/* with CG_E_TIMEOUT */
	const char *problem;		/* static text about path, or NULL */
	char path[CG_CLIENT_PATH_MAX];	/* empty: none */
};

/* Fills *err (which may be NULL) and returns st, which is not CG_OK. */
enum cg_status cg_client_error_set(struct cg_client_error *err,
				   enum cg_client_stage stage,
				   enum cg_status st, const char *path,
				   const char *problem);
/* The same for a system call that has just set errno. */
enum cg_status cg_client_error_errno(struct cg_client_error *err,
				     enum cg_client_stage stage,
				     enum cg_status st, const char *path);

#endif
