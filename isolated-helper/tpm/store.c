/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See store.h. */
#include "isolated-helper/tpm/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/file.h>
#include <unistd.h>

#include "isolated-helper/tpm/seal.h"
#include "isolated-helper/tpm/tpm.h"

#define NEW_FILE CG_TPM_FILE ".new"

static enum cg_status failed(const char *what)
{
	cg_tpm_say("%s: %s: %s", CG_TPM_FILE, what, strerror(errno));
	return CG_E_SYSTEM;
}

/* On a descriptor of its own: a lock belongs to an opened file, and the
 * guardian has that of dir as well. */
enum cg_status cg_tpm_store_lock(int dir)
{
	int fd = openat(dir, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	return fd >= 0 && flock(fd, LOCK_EX) == 0 ? CG_OK
						  : failed("cannot lock");
}

enum cg_status cg_tpm_store_read(int dir, struct cg_tpm_blob *out)
{
	int fd = openat(dir, CG_TPM_FILE,
			O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC);
	ssize_t n;

	out->len = 0;
	if (fd < 0) {
		return errno == ENOENT ? CG_E_NOT_FOUND
				       : failed("cannot open");
	}
	n = read(fd, out->data, sizeof(out->data));
	(void)close(fd);
	if (n < 0) {
		return failed("cannot read");
	}
	out->len = (size_t)n;	/* whatever it is: the TPM judges */
	return CG_OK;
}

/* The old one becomes the next new one: its blocks are there, so that a full
 * disk does not stop a start. Where names cannot be exchanged it goes. */
static bool replace(int dir)
{
	return renameat2(dir, NEW_FILE, dir, CG_TPM_FILE, RENAME_EXCHANGE) ==
	       0 || renameat(dir, NEW_FILE, dir, CG_TPM_FILE) == 0;
}

enum cg_status cg_tpm_store_write(int dir, const struct cg_tpm_blob *blob)
{
	int fd = openat(dir, NEW_FILE,
			O_WRONLY | O_CREAT | O_NOFOLLOW | O_CLOEXEC, 0600);
	bool ok;

	if (fd < 0) {
		return failed("cannot make");
	}
	/* blob->len: at most CG_TPM_BLOB_MAX. */
	ok = pwrite(fd, blob->data, blob->len, 0) == (ssize_t)blob->len &&
	     ftruncate(fd, (off_t)blob->len) == 0 && fsync(fd) == 0;
	ok = close(fd) == 0 && ok;
	if (!ok || !replace(dir) || fsync(dir) != 0) {
		return failed("cannot write");
	}
	return CG_OK;
}
