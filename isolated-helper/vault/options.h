/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The vault's two arguments, set by the guardian. */
#ifndef CG_VAULT_OPTIONS_H
#define CG_VAULT_OPTIONS_H

#include <stdbool.h>
#include <stddef.h>

#include "idl/status.h"

/* --arena-mib=N     a power of two from 8 to 4096
 * --memory=secret   memfd_secret or nothing
 * --memory=mlock    ordinary locked memory where there is no memfd_secret */
struct cg_options {
	size_t arena_len;
	bool may_lock;
};

CG_MUST_CHECK enum cg_status cg_options_read(int argc, char *const argv[],
					     struct cg_options *out);

#endif
