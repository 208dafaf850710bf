/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See host_key.h. */
#include "isolated-helper/launch/host_key.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/random.h>
#include <sys/stat.h>
#include <unistd.h>

#include "idl/cg_idl.h"
#include "isolated-helper/launch/log.h"
#include "isolated-helper/launch/state.h"

#define NEW_FILE CG_HOST_KEY_FILE ".new"

static enum cg_status failed(const struct cg_state *state, const char *what)
{
	cg_log("%s/%s: %s: %s", state->path, CG_HOST_KEY_FILE, what,
	       strerror(errno));
	return CG_E_SYSTEM;
}

static bool is_private(int fd)
{
	struct stat sb;

	return fstat(fd, &sb) == 0 && S_ISREG(sb.st_mode) && sb.st_uid == 0 &&
	       (sb.st_mode & (S_IRWXG | S_IRWXO)) == 0 && sb.st_nlink == 1 &&
	       sb.st_size == CG_SEALING_KEY_LEN;
}

static enum cg_status take(const struct cg_state *state, int fd, uint8_t *key)
{
	if (!is_private(fd)) {
		cg_log("%s/%s: refused: must be a file of %u bytes that only "
		       "root may read; if others may have read it, remove it: "
		       "users then sign in with a domain controller once",
		       state->path, CG_HOST_KEY_FILE,
		       (unsigned int)CG_SEALING_KEY_LEN);
		return CG_E_DENIED;
	}
	if (read(fd, key, CG_SEALING_KEY_LEN) != CG_SEALING_KEY_LEN) {
		return failed(state, "cannot read");
	}
	return CG_OK;
}

static bool fill(int fd, uint8_t *key)
{
	return getrandom(key, CG_SEALING_KEY_LEN, 0) == CG_SEALING_KEY_LEN &&
	       fchmod(fd, 0600) == 0 &&
	       write(fd, key, CG_SEALING_KEY_LEN) == CG_SEALING_KEY_LEN &&
	       fsync(fd) == 0;
}

/* All of it or nothing: what a crash leaves has another name. */
static enum cg_status make(const struct cg_state *state, uint8_t *key)
{
	bool ok;
	int fd;

	(void)unlinkat(state->dir, NEW_FILE, 0);
	fd = openat(state->dir, NEW_FILE,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    0600);
	if (fd < 0) {
		return failed(state, "cannot make");
	}
	ok = fill(fd, key);
	ok = close(fd) == 0 && ok;
	if (!ok || renameat(state->dir, NEW_FILE, state->dir,
			    CG_HOST_KEY_FILE) != 0 ||
	    fsync(state->dir) != 0) {
		return failed(state, "cannot write");
	}
	cg_log("%s/%s: made a new one", state->path, CG_HOST_KEY_FILE);
	return CG_OK;
}

enum cg_status cg_host_key_read(const struct cg_state *state, uint8_t *key)
{
	enum cg_status st;
	int fd = openat(state->dir, CG_HOST_KEY_FILE,
			O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT) {
		st = make(state, key);
	} else if (fd < 0) {
		st = errno == ELOOP ? CG_E_DENIED : CG_E_SYSTEM;
		(void)failed(state, "cannot open");
	} else {
		st = take(state, fd, key);
		(void)close(fd);
	}
	if (st != CG_OK) {
		explicit_bzero(key, CG_SEALING_KEY_LEN);
	}
	return st;
}
