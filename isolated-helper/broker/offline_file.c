/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See offline_file.h. */
#include "isolated-helper/broker/offline_file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "idl/cg_idl.h"
#include "isolated-helper/broker/log.h"

#define FILE_LEN 3584U
#define HEAD_LEN 4U
#define SPARE "spare"
#define FRESH "new"		/* what a crash leaves of it is overwritten */
#define NAME_LEN 16U

_Static_assert(HEAD_LEN + CG_RECORD_MAX <= FILE_LEN, "every record fits");

static void name_of(uid_t uid, char out[NAME_LEN])
{
	(void)snprintf(out, NAME_LEN, "%u", (unsigned int)uid);
}

bool cg_offline_file_uid(const char *name, uid_t *out)
{
	char again[NAME_LEN];
	unsigned long n;

	errno = 0;
	n = strtoul(name, NULL, 10);
	*out = 0;
	if (errno != 0 || n > UINT32_MAX) {
		return false;
	}
	/* The cast: compared before. */
	*out = (uid_t)n;
	name_of(*out, again);
	return strcmp(name, again) == 0;
}

static enum cg_status failed(const char *what)
{
	cg_log(CG_LOG_ERROR, "verifiers: cannot %s: %s", what,
	       strerror(errno));
	return CG_E_SYSTEM;
}

static bool read_whole(int fd, uint8_t *data)
{
	size_t len = 0;

	while (len < FILE_LEN) {
		ssize_t n = pread(fd, data + len, FILE_LEN - len, (off_t)len);

		if (n == 0 || (n < 0 && errno != EINTR)) {
			return false;
		}
		len += n > 0 ? (size_t)n : 0;
	}
	return true;
}

static bool write_whole(int fd, const uint8_t *data)
{
	size_t len = 0;

	while (len < FILE_LEN) {
		ssize_t n = pwrite(fd, data + len, FILE_LEN - len, (off_t)len);

		if (n == 0 || (n < 0 && errno != EINTR)) {
			return false;
		}
		len += n > 0 ? (size_t)n : 0;
	}
	return true;
}

static enum cg_status parse(TALLOC_CTX *mem_ctx, const uint8_t *data,
			    struct cg_bytes *out)
{
	struct cg_reader r = cg_reader_of(data, HEAD_LEN);
	size_t len = cg_reader_u32(&r);
	const uint8_t *copy;

	if (len == 0 || len > CG_RECORD_MAX) {
		return CG_E_INVALID;
	}
	copy = talloc_memdup(mem_ctx, data + HEAD_LEN, len);
	if (copy == NULL) {
		return CG_E_NO_MEMORY;
	}
	*out = (struct cg_bytes){ copy, len };
	return CG_OK;
}

enum cg_status cg_offline_file_read(TALLOC_CTX *mem_ctx, int dir, uid_t uid,
				    struct cg_bytes *out, uint64_t *last_use)
{
	char name[NAME_LEN];
	uint8_t data[FILE_LEN];
	struct stat sb;
	bool ok;
	int fd;

	*out = (struct cg_bytes){ 0 };
	*last_use = 0;
	name_of(uid, name);
	fd = openat(dir, name, O_RDONLY | O_NOFOLLOW | O_CLOEXEC);
	if (fd < 0) {
		return failed("open a record");
	}
	ok = fstat(fd, &sb) == 0 && S_ISREG(sb.st_mode) &&
	     sb.st_size == FILE_LEN && read_whole(fd, data);
	(void)close(fd);
	if (!ok) {
		return CG_E_INVALID;
	}
	*last_use = sb.st_mtim.tv_sec > 0 ? (uint64_t)sb.st_mtim.tv_sec : 0;
	return parse(mem_ctx, data, out);
}

/* On the disk when it returns. The blocks of the spare are there already: to
 * fill it takes none. */
static enum cg_status fill(int dir, const char *name, const uint8_t *data,
			   uint64_t last_use)
{
	const struct timespec times[] = {
		{ .tv_nsec = UTIME_OMIT },
		/* The cast: the vault's clock is the kernel's. */
		{ .tv_sec = (time_t)last_use },
	};
	int fd = openat(dir, name, O_WRONLY | O_CREAT | O_NOFOLLOW |
			O_CLOEXEC, 0600);
	bool ok;

	if (fd < 0) {
		return failed("make a file");
	}
	ok = write_whole(fd, data) && futimens(fd, times) == 0 &&
	     fsync(fd) == 0;
	if (!ok) {
		(void)failed("write");
	}
	(void)close(fd);
	return ok ? CG_OK : CG_E_SYSTEM;
}

/* Where the filesystem exchanges names the old record becomes the spare. */
static bool replace(int dir, const char *name)
{
	return renameat2(dir, SPARE, dir, name, RENAME_EXCHANGE) == 0 ||
	       renameat(dir, SPARE, dir, name) == 0;
}

static bool is_there(int dir, const char *name)
{
	return faccessat(dir, name, F_OK, AT_SYMLINK_NOFOLLOW) == 0;
}

/* The spare is for records that are there already: on a full disk they can
 * still be counted in, and a new one cannot be made. */
static enum cg_status write_file(int dir, const char *name,
				 const uint8_t *data, uint64_t last_use)
{
	bool replaces = is_there(dir, name);
	enum cg_status st = fill(dir, replaces ? SPARE : FRESH, data,
				 last_use);

	if (st != CG_OK) {
		return st;
	}
	if (!(replaces ? replace(dir, name)
		       : renameat(dir, FRESH, dir, name) == 0) ||
	    fsync(dir) != 0) {
		return failed("put a record in its place");
	}
	return CG_OK;
}

enum cg_status cg_offline_file_write(int dir, uid_t uid,
				     struct cg_bytes record, uint64_t last_use)
{
	uint8_t data[FILE_LEN] = { 0 };
	struct cg_writer w = cg_writer_of(data, sizeof(data));
	char name[NAME_LEN];

	if (record.len == 0 || record.len > CG_RECORD_MAX) {
		return CG_E_INVALID;
	}
	/* The cast: compared before. */
	cg_writer_u32(&w, (uint32_t)record.len);
	cg_writer_bytes(&w, record.data, record.len);
	name_of(uid, name);
	return write_file(dir, name, data, last_use);
}

/* The spare may be the last copy of what was removed. */
enum cg_status cg_offline_file_remove(int dir, uid_t uid)
{
	static const uint8_t nothing[FILE_LEN] = { 0 };
	char name[NAME_LEN];

	name_of(uid, name);
	if (unlinkat(dir, name, 0) != 0 || fsync(dir) != 0) {
		return failed("remove a record");
	}
	return fill(dir, SPARE, nothing, 0);
}

void cg_offline_file_spare(int dir)
{
	static const uint8_t nothing[FILE_LEN] = { 0 };

	if (!is_there(dir, SPARE)) {
		(void)fill(dir, SPARE, nothing, 0);
	}
}
