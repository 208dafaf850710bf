/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See state_seen.h. */
#include "isolated-helper/launch/state_seen.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "idl/limits.h"
#include "idl/seen.h"
#include "isolated-helper/launch/log.h"
#include "isolated-helper/launch/state.h"

#define FILE_NAME "seen"
#define NEW_FILE FILE_NAME ".new"

/* With all its blocks: a page that has none would end the vault. */
static int make(int dir)
{
	static const char nothing[CG_SEEN_LEN];
	int fd;

	(void)unlinkat(dir, NEW_FILE, 0);
	fd = openat(dir, NEW_FILE,
		    O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600);
	if (fd < 0) {
		return -1;
	}
	if (write(fd, nothing, sizeof(nothing)) != (ssize_t)sizeof(nothing) ||
	    fsync(fd) != 0 ||
	    renameat(dir, NEW_FILE, dir, FILE_NAME) != 0) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

static bool is_private(const struct stat *sb)
{
	return S_ISREG(sb->st_mode) && sb->st_uid == 0 &&
	       (sb->st_mode & (S_IRWXG | S_IRWXO)) == 0 && sb->st_nlink == 1;
}

enum cg_status cg_state_seen_open(struct cg_state *state)
{
	struct stat sb;
	int fd = openat(state->dir, FILE_NAME,
			O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT) {
		fd = make(state->dir);
	}
	if (fd < 0 || fstat(fd, &sb) != 0) {
		cg_log("%s/%s: %s: an old copy of a verifier is noticed until "
		       "the vault restarts only", state->path, FILE_NAME,
		       strerror(errno));
		return CG_OK;
	}
	if (!is_private(&sb) || sb.st_size != CG_SEEN_LEN) {
		cg_log("%s/%s: refused: must be a file of %u bytes that only "
		       "root may change; remove it to begin anew",
		       state->path, FILE_NAME, CG_SEEN_LEN);
		(void)close(fd);
		return CG_E_DENIED;
	}
	state->seen = fd;
	return CG_OK;
}

static bool load(const struct cg_state *state, struct cg_verifier_rows *out)
{
	bool ok = state->seen >= 0 &&
		  pread(state->seen, out, sizeof(*out), 0) ==
		  (ssize_t)sizeof(*out);

	/* What the file says is at most what there is room for. */
	if (ok && out->n > CG_VERIFIER_ROWS) {
		out->n = CG_VERIFIER_ROWS;
	}
	return ok;
}

static void raise_row(struct cg_verifier_rows *rows, uint32_t uid,
		      uint64_t mark)
{
	size_t i = 0;

	while (i < rows->n && rows->row[i].uid != uid) {
		i++;
	}
	if (i == CG_VERIFIER_ROWS) {
		return;
	}
	if (i == rows->n) {
		rows->n++;
		rows->row[i].uid = uid;
		rows->row[i].mark = mark;
	} else if (rows->row[i].mark < mark) {
		rows->row[i].mark = mark;
	}
}

/* Full of others' rows, it has been tampered with: the ledger's go first. */
static bool merge(struct cg_verifier_rows *rows,
		  const struct cg_verifier_rows *least)
{
	struct cg_verifier_rows *merged = malloc(sizeof(*merged));

	if (merged == NULL) {
		return false;
	}
	*merged = *least;
	for (size_t i = 0; i < rows->n; i++) {
		raise_row(merged, rows->row[i].uid, rows->row[i].mark);
	}
	*rows = *merged;
	free(merged);
	return true;
}

bool cg_state_seen_raise(const struct cg_state *state,
			 const struct cg_verifier_rows *least)
{
	struct cg_verifier_rows *rows = malloc(sizeof(*rows));
	bool ok = rows != NULL && load(state, rows) && merge(rows, least);

	if (ok) {
		ok = pwrite(state->seen, rows, sizeof(*rows), 0) ==
		     (ssize_t)sizeof(*rows) && fsync(state->seen) == 0;
	}
	if (!ok) {
		cg_log("%s/%s: cannot be used", state->path, FILE_NAME);
	}
	free(rows);
	return ok;
}

bool cg_state_seen_read(const struct cg_state *state,
			struct cg_verifier_rows *rows, bool *has_changed)
{
	struct cg_verifier_rows *now = malloc(sizeof(*now));
	bool ok = now != NULL && load(state, now);

	*has_changed = false;
	for (size_t i = 0; ok && i < now->n; i++) {
		*has_changed = *has_changed || i >= rows->n ||
			       now->row[i].uid != rows->row[i].uid ||
			       now->row[i].mark != rows->row[i].mark;
	}
	if (*has_changed) {
		*rows = *now;
	}
	free(now);
	return ok;
}
