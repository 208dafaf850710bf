/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sealed verifiers on the disk, one file for each uid, all of them in
 * memory as well. A record is either the old one or the new one, whatever
 * happens in the middle. Nothing that a peer says becomes part of a path. */
#ifndef CG_BROKER_OFFLINE_STORE_H
#define CG_BROKER_OFFLINE_STORE_H

#include <stdint.h>
#include <sys/types.h>
#include <talloc.h>

#include "idl/bytes.h"
#include "idl/status.h"

#define CG_OFFLINE_COUNT_MAX 50U

struct cg_offline_store;

struct cg_offline_record {
	struct cg_offline_record *next;	/* uids rise along the list */
	uid_t uid;
	uint64_t last_use;		/* the file's time */
	struct cg_bytes bytes;
};

/* dir: a descriptor of the directory, O_PATH will do; stays the caller's.
 * Reads what is there; what is more than max goes. */
CG_MUST_CHECK enum cg_status cg_offline_store_open(
	TALLOC_CTX *mem_ctx, int dir, size_t max,
	struct cg_offline_store **out);
size_t cg_offline_store_count(const struct cg_offline_store *store);
/* The first with this uid or a greater one, or NULL. It and its bytes live
 * until the next put or remove. */
const struct cg_offline_record *cg_offline_store_from(
	const struct cg_offline_store *store, uid_t uid);
const struct cg_offline_record *cg_offline_store_find(
	const struct cg_offline_store *store, uid_t uid);
/* When it returns CG_OK it is on the disk for good. Where there are too many
 * then, the least recently used goes. */
CG_MUST_CHECK enum cg_status cg_offline_store_put(
	struct cg_offline_store *store, uid_t uid, struct cg_bytes record,
	uint64_t last_use);
/* CG_E_NOT_FOUND: there was none. */
CG_MUST_CHECK enum cg_status cg_offline_store_remove(
	struct cg_offline_store *store, uid_t uid);

#endif
