/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See store.h. */
#include "isolated-helper/tpm/store.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "isolated-helper/tpm/seal.h"
#include "isolated-helper/tpm/tpm.h"

#define NEW_FILE CG_TPM_FILE ".new"

static enum cg_status failed(const char *what)
{
	cg_tpm_say("%s: %s: %s", CG_TPM_FILE, what, strerror(errno));
	return CG_E_SYSTEM;
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

enum cg_status cg_tpm_store_write(int dir, const struct cg_tpm_blob *blob)
{
	bool ok;
	int fd;

	(void)unlinkat(dir, NEW_FILE, 0);
	fd = openat(dir, NEW_FILE,
		    O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC,
		    0600);
	if (fd < 0) {
		return failed("cannot make");
	}
	/* blob->len: at most CG_TPM_BLOB_MAX. */
	ok = write(fd, blob->data, blob->len) == (ssize_t)blob->len &&
	     fsync(fd) == 0;
	ok = close(fd) == 0 && ok;
	if (!ok || renameat(dir, NEW_FILE, dir, CG_TPM_FILE) != 0 ||
	    fsync(dir) != 0) {
		return failed("cannot write");
	}
	return CG_OK;
}
