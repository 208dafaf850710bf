/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The words for what went wrong: every front end says the same. */
#ifndef CG_CLIENT_ERRORS_H
#define CG_CLIENT_ERRORS_H

#include <stdbool.h>
#include <talloc.h>

#include "idl/bytes.h"

struct cg_client_error;

struct cg_errors_subject {
	struct cg_bytes principal;	/* as on the wire, or empty */
	const char *cache;		/* as typed, or NULL: the default */
	bool is_renewal;
};

/* One sentence, or several, without a full stop; printable. NULL when out of
 * memory. */
char *cg_errors_text(TALLOC_CTX *mem_ctx, const struct cg_client_error *err,
		     const struct cg_errors_subject *about);
/* Nobody listens on the socket: the service is not running. */
bool cg_errors_is_not_running(const struct cg_client_error *err);

#endif
