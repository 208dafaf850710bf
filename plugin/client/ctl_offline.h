/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Offline logon for people and scripts: who has a verifier, and what keeps
 * them. */
#ifndef CG_CLIENT_CTL_OFFLINE_H
#define CG_CLIENT_CTL_OFFLINE_H

#include <jansson.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <talloc.h>

#include "idl/status.h"

struct cg_client_list_offline_out;
struct cg_ctl;

struct cg_ctl_offline {
	struct cg_client_list_offline_out *of;	/* names: talloc children */
	size_t n;
};

/* The caller's own verifier; root's are everybody's. On failure ctl->error
 * tells. */
CG_MUST_CHECK enum cg_status cg_ctl_offline_fetch(struct cg_ctl *ctl,
						  TALLOC_CTX *mem_ctx,
						  struct cg_ctl_offline *out);
/* false: out of memory. */
CG_MUST_CHECK bool cg_ctl_offline_print(const struct cg_ctl_offline *list,
					FILE *file, size_t width);
/* NULL when out of memory. */
json_t *cg_ctl_offline_json(const struct cg_ctl_offline *list, uint64_t now);

/* What the bits of idl/protection.h say about it. */
struct cg_ctl_offline_row {
	const char *name;	/* for people */
	const char *text;
	const char *key;	/* in JSON */
	const char *value;
	bool is_weak;
};

#define CG_CTL_OFFLINE_ROWS 2U

struct cg_ctl_offline_row cg_ctl_offline_row(uint32_t bits, size_t i);

#endif
