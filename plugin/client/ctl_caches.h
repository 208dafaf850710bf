/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All caches of the caller, collected, and how each is shown. */
#ifndef CG_CLIENT_CTL_CACHES_H
#define CG_CLIENT_CTL_CACHES_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <talloc.h>

#include "idl/status.h"

struct cg_client_list_out;
struct cg_ctl;

struct cg_ctl_caches {
	struct cg_client_list_out *of;	/* names are talloc children */
	size_t n;
};

/* On failure ctl->error tells. */
CG_MUST_CHECK enum cg_status cg_ctl_caches_fetch(struct cg_ctl *ctl, bool all,
						 TALLOC_CTX *mem_ctx,
						 struct cg_ctl_caches *out);
/* The table, then a line for each TGT that neither is valid nor can be
 * renewed. false: out of memory. */
CG_MUST_CHECK bool cg_ctl_caches_print(const struct cg_ctl_caches *caches,
				       bool with_users, FILE *file,
				       size_t width);
/* NULL when out of memory. */
json_t *cg_ctl_caches_json(const struct cg_ctl_caches *caches, uint64_t now);

#endif
