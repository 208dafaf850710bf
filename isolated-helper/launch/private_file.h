/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Files in the state directory that only root reads and writes. */
#ifndef CG_LAUNCH_PRIVATE_FILE_H
#define CG_LAUNCH_PRIVATE_FILE_H

#include <stddef.h>
#include <stdint.h>

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_state;

/* CG_E_NOT_FOUND: there is none. CG_E_DENIED: others than root may have seen
 * or changed it. CG_E_LIMIT: longer than size. Says why, but for the first. */
CG_MUST_CHECK enum cg_status cg_private_file_read(
	const struct cg_state *state, const char *name, uint8_t *out,
	size_t size, size_t *len);
/* All of it or nothing, and on the disk when it returns: what a crash leaves
 * is called name.new. */
CG_MUST_CHECK enum cg_status cg_private_file_write(
	const struct cg_state *state, const char *name,
	struct cg_secret_bytes data);
/* Overwrites it first; that reaches the blocks it lies in where the
 * filesystem writes in place. CG_OK where there is none. */
CG_MUST_CHECK enum cg_status cg_private_file_erase(
	const struct cg_state *state, const char *name);

#endif
