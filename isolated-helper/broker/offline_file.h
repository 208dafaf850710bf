/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One record as a file: length (4 bytes, little endian), record, zeros, 3584
 * bytes in all. A spare file of that size is kept, so that on a full disk a
 * record can still be written and exchanged for the one before it. */
#ifndef CG_BROKER_OFFLINE_FILE_H
#define CG_BROKER_OFFLINE_FILE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>
#include <talloc.h>

#include "idl/bytes.h"
#include "idl/status.h"

/* False: not the name of a record's file. */
bool cg_offline_file_uid(const char *name, uid_t *out);
/* out->data is mem_ctx's. CG_E_INVALID: not a record. */
CG_MUST_CHECK enum cg_status cg_offline_file_read(
	TALLOC_CTX *mem_ctx, int dir, uid_t uid, struct cg_bytes *out,
	uint64_t *last_use);
/* Old or new, and on the disk when it returns CG_OK. */
CG_MUST_CHECK enum cg_status cg_offline_file_write(int dir, uid_t uid,
						   struct cg_bytes record,
						   uint64_t last_use);
CG_MUST_CHECK enum cg_status cg_offline_file_remove(int dir, uid_t uid);
/* Where there is room for it. */
void cg_offline_file_spare(int dir);

#endif
