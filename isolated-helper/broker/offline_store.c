/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See offline_store.h. */
#include "isolated-helper/broker/offline_store.h"

#include <dirent.h>
#include <fcntl.h>
#include <unistd.h>

#include "isolated-helper/broker/log.h"
#include "isolated-helper/broker/offline_file.h"

struct cg_offline_store {
	int dir;
	size_t max;
	size_t count;
	struct cg_offline_record *first;
};

static int close_dir(struct cg_offline_store *store)
{
	(void)close(store->dir);
	return 0;
}

static struct cg_offline_record **place_of(struct cg_offline_store *store,
					   uid_t uid)
{
	struct cg_offline_record **at = &store->first;

	while (*at != NULL && (*at)->uid < uid) {
		at = &(*at)->next;
	}
	return at;
}

static void forget(struct cg_offline_store *store, uid_t uid)
{
	struct cg_offline_record **at = place_of(store, uid);
	struct cg_offline_record *r = *at;

	if (r != NULL && r->uid == uid) {
		*at = r->next;
		store->count--;
		talloc_free(r);
	}
}

/* Takes over r, in the place of the one before. */
static void keep(struct cg_offline_store *store, struct cg_offline_record *r)
{
	struct cg_offline_record **at;

	forget(store, r->uid);
	at = place_of(store, r->uid);
	r->next = *at;
	*at = r;
	store->count++;
}

static uid_t least_recent(const struct cg_offline_record *first)
{
	const struct cg_offline_record *least = first;

	for (const struct cg_offline_record *r = first->next; r != NULL;
	     r = r->next) {
		if (r->last_use < least->last_use) {
			least = r;
		}
	}
	return least->uid;
}

/* One whose file stays would come back: it is tried again at the next. */
static void trim(struct cg_offline_store *store)
{
	while (store->count > store->max && store->first != NULL) {
		uid_t uid = least_recent(store->first);

		cg_log(CG_LOG_INFO, "the verifier of uid %u goes: there may"
		       " be %zu", (unsigned int)uid, store->max);
		if (cg_offline_file_remove(store->dir, uid) != CG_OK) {
			cg_log(CG_LOG_ERROR, "a verifier too many stays");
		}
		forget(store, uid);
	}
}

static enum cg_status load_one(struct cg_offline_store *store, uid_t uid)
{
	struct cg_offline_record *r =
		talloc_zero(store, struct cg_offline_record);
	enum cg_status st;

	if (r == NULL) {
		return CG_E_NO_MEMORY;
	}
	r->uid = uid;
	st = cg_offline_file_read(r, store->dir, uid, &r->bytes,
				  &r->last_use);
	if (st == CG_OK) {
		keep(store, r);
		return CG_OK;
	}
	talloc_free(r);
	cg_log(CG_LOG_WARNING, "the verifier of uid %u is not readable",
	       (unsigned int)uid);
	return st == CG_E_NO_MEMORY ? st : CG_OK;
}

static enum cg_status load(struct cg_offline_store *store)
{
	int fd = openat(store->dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	enum cg_status st = CG_OK;
	const struct dirent *entry;
	uid_t uid;

	if (dir == NULL) {
		return CG_E_SYSTEM;
	}
	while (st == CG_OK && (entry = readdir(dir)) != NULL) {
		if (cg_offline_file_uid(entry->d_name, &uid)) {
			st = load_one(store, uid);
		}
	}
	(void)closedir(dir);
	return st;
}

enum cg_status cg_offline_store_open(TALLOC_CTX *mem_ctx, int dir, size_t max,
				     struct cg_offline_store **out)
{
	struct cg_offline_store *store =
		talloc_zero(mem_ctx, struct cg_offline_store);
	enum cg_status st;

	*out = NULL;
	if (store == NULL) {
		return CG_E_NO_MEMORY;
	}
	/* One that can be synchronised, which one of O_PATH cannot. */
	store->dir = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (store->dir < 0) {
		talloc_free(store);
		return CG_E_SYSTEM;
	}
	talloc_set_destructor(store, close_dir);
	store->max = max;
	st = load(store);
	if (st != CG_OK) {
		talloc_free(store);
		return st;
	}
	trim(store);
	cg_offline_file_spare(store->dir);
	*out = store;
	return CG_OK;
}

size_t cg_offline_store_count(const struct cg_offline_store *store)
{
	return store->count;
}

const struct cg_offline_record *cg_offline_store_from(
	const struct cg_offline_store *store, uid_t uid)
{
	const struct cg_offline_record *r = store->first;

	while (r != NULL && r->uid < uid) {
		r = r->next;
	}
	return r;
}

const struct cg_offline_record *cg_offline_store_find(
	const struct cg_offline_store *store, uid_t uid)
{
	const struct cg_offline_record *r = cg_offline_store_from(store, uid);

	return r != NULL && r->uid == uid ? r : NULL;
}

enum cg_status cg_offline_store_put(struct cg_offline_store *store, uid_t uid,
				    struct cg_bytes record, uint64_t last_use)
{
	struct cg_offline_record *r;
	enum cg_status st;

	if (store->max == 0) {
		return CG_E_DENIED;
	}
	r = talloc_zero(store, struct cg_offline_record);
	if (r == NULL) {
		return CG_E_NO_MEMORY;
	}
	r->uid = uid;
	r->last_use = last_use;
	r->bytes.data = talloc_memdup(r, record.data, record.len);
	r->bytes.len = record.len;
	st = r->bytes.data != NULL ? cg_offline_file_write(store->dir, uid,
							   record, last_use)
				   : CG_E_NO_MEMORY;
	if (st != CG_OK) {
		talloc_free(r);
		return st;
	}
	keep(store, r);
	trim(store);
	cg_offline_file_spare(store->dir);
	return CG_OK;
}

enum cg_status cg_offline_store_remove(struct cg_offline_store *store,
				       uid_t uid)
{
	enum cg_status st;

	if (cg_offline_store_find(store, uid) == NULL) {
		return CG_E_NOT_FOUND;
	}
	st = cg_offline_file_remove(store->dir, uid);
	if (st == CG_OK) {
		forget(store, uid);
	}
	return st;
}
