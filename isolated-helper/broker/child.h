/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs a program that may block and collects what it prints. */
#ifndef CG_BROKER_CHILD_H
#define CG_BROKER_CHILD_H

#include <talloc.h>
#include <tevent.h>

#include "idl/status.h"

#define CG_CHILD_OUTPUT_MAX 4096U

/* argv[0] is the program's path; argv may be gone once send has returned. The
 * program is killed after limit_s; what it printed until then counts. */
struct tevent_req *cg_child_send(TALLOC_CTX *mem_ctx,
				 struct tevent_context *ev,
				 const char *const argv[], uint32_t limit_s);
/* *out: its standard output, as a string without NULs, whole lines only. */
CG_MUST_CHECK enum cg_status cg_child_recv(struct tevent_req *req,
					   TALLOC_CTX *mem_ctx, char **out);

#endif
