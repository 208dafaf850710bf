/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See private_file.h. */
#include "isolated-helper/launch/private_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "isolated-helper/launch/log.h"
#include "isolated-helper/launch/state.h"

#define NAME_LEN 64U

static enum cg_status failed(const struct cg_state *state, const char *name,
			     const char *what)
{
	cg_log("%s/%s: cannot %s: %s", state->path, name, what,
	       strerror(errno));
	return CG_E_SYSTEM;
}

static bool is_private(int fd, struct stat *sb)
{
	return fstat(fd, sb) == 0 && S_ISREG(sb->st_mode) &&
	       sb->st_uid == 0 && sb->st_nlink == 1 &&
	       (sb->st_mode & (S_IRWXG | S_IRWXO)) == 0;
}

static bool read_whole(int fd, uint8_t *out, size_t len)
{
	size_t at = 0;

	while (at < len) {
		ssize_t n = pread(fd, out + at, len - at, (off_t)at);

		if (n == 0 || (n < 0 && errno != EINTR)) {
			return false;
		}
		at += n > 0 ? (size_t)n : 0;
	}
	return true;
}

static bool write_whole(int fd, const uint8_t *data, size_t len)
{
	size_t at = 0;

	while (at < len) {
		ssize_t n = pwrite(fd, data + at, len - at, (off_t)at);

		if (n == 0 || (n < 0 && errno != EINTR)) {
			return false;
		}
		at += n > 0 ? (size_t)n : 0;
	}
	return fsync(fd) == 0;
}

enum cg_status cg_private_file_read(const struct cg_state *state,
				    const char *name, uint8_t *out,
				    size_t size, size_t *len)
{
	struct stat sb;
	enum cg_status st = CG_OK;
	int fd = openat(state->dir, name,
			O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	*len = 0;
	if (fd < 0) {
		return errno == ENOENT ? CG_E_NOT_FOUND
				       : failed(state, name, "open");
	}
	if (!is_private(fd, &sb)) {
		cg_log("%s/%s: refused: must be a file that only root may "
		       "read and write", state->path, name);
		st = CG_E_DENIED;
	} else if ((size_t)sb.st_size > size) {
		cg_log("%s/%s: too long", state->path, name);
		st = CG_E_LIMIT;
	} else if (!read_whole(fd, out, (size_t)sb.st_size)) {
		st = failed(state, name, "read");
	} else {
		*len = (size_t)sb.st_size;
	}
	(void)close(fd);
	return st;
}

enum cg_status cg_private_file_write(const struct cg_state *state,
				     const char *name,
				     struct cg_secret_bytes data)
{
	char fresh[NAME_LEN];
	bool ok;
	int fd;

	(void)snprintf(fresh, sizeof(fresh), "%s.new", name);
	(void)unlinkat(state->dir, fresh, 0);
	fd = openat(state->dir, fresh,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    0600);
	if (fd < 0) {
		return failed(state, name, "make");
	}
	ok = fchmod(fd, 0600) == 0 && write_whole(fd, data.data, data.len);
	if (!ok) {
		(void)failed(state, name, "write");
	}
	(void)close(fd);
	if (!ok) {
		(void)unlinkat(state->dir, fresh, 0);
		return CG_E_SYSTEM;
	}
	if (renameat(state->dir, fresh, state->dir, name) != 0 ||
	    fsync(state->dir) != 0) {
		return failed(state, name, "put in its place");
	}
	return CG_OK;
}

enum cg_status cg_private_file_erase(const struct cg_state *state,
				     const char *name)
{
	static const uint8_t nothing[4096];
	struct stat sb;
	int fd = openat(state->dir, name,
			O_WRONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);

	if (fd < 0 && errno == ENOENT) {
		return CG_OK;
	}
	if (fd >= 0) {
		size_t len = fstat(fd, &sb) == 0 &&
			     (size_t)sb.st_size < sizeof(nothing)
			     ? (size_t)sb.st_size : sizeof(nothing);

		(void)write_whole(fd, nothing, len);
		(void)close(fd);
	}
	if (unlinkat(state->dir, name, 0) != 0 || fsync(state->dir) != 0) {
		return failed(state, name, "remove");
	}
	return CG_OK;
}
