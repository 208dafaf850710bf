/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The directory of the sockets and of the vault's public key. */
#ifndef CG_LAUNCH_RUNTIME_H
#define CG_LAUNCH_RUNTIME_H

#include <stdbool.h>
#include <stdint.h>

#include "idl/status.h"

struct cg_runtime {
	const char *path;	/* lives as long as the settings */
	int fd;
	bool made;
};

/* Makes the directory where it is missing; refuses one that another user
 * could change. Says on stderr what is wrong. */
CG_MUST_CHECK enum cg_status cg_runtime_open(const char *path,
					     struct cg_runtime *out);
/* In one step, so that a reader sees the old key or the new one. */
CG_MUST_CHECK enum cg_status
cg_runtime_publish_key(const struct cg_runtime *rt, const uint8_t *pubkey);
/* Removes the key, and the directory if it was made here. */
void cg_runtime_remove(const struct cg_runtime *rt);

#endif
