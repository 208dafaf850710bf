/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See runtime.h. */
#include "isolated-helper/launch/runtime.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "idl/sealing.h"
#include "isolated-helper/launch/log.h"

#define KEY_FILE "vault.pub"
#define KEY_FILE_NEW "vault.pub.new"

enum cg_status cg_runtime_open(const char *path, struct cg_runtime *out)
{
	struct stat sb;

	*out = (struct cg_runtime){ .path = path, .fd = -1 };
	out->made = mkdir(path, 0755) == 0;
	out->fd = open(path,
		       O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	if (out->fd < 0 || fstat(out->fd, &sb) != 0) {
		cg_log("%s: cannot be used as runtime directory: %s", path,
		       errno == ELOOP || errno == ENOTDIR ?
		       "not a directory (symbolic links are refused)" :
		       strerror(errno));
		return CG_E_SYSTEM;
	}
	if (sb.st_uid != 0 || (sb.st_mode & (S_IWGRP | S_IWOTH)) != 0) {
		cg_log("%s: refused: only root may be able to write to it",
		       path);
		return CG_E_DENIED;
	}
	/* The umask may have taken bits away. */
	if (out->made && fchmod(out->fd, 0755) != 0) {
		cg_log("%s: chmod: %s", path, strerror(errno));
		return CG_E_SYSTEM;
	}
	return CG_OK;
}

static bool write_new(int dir, const char *text, size_t len)
{
	bool ok;
	int fd = openat(dir, KEY_FILE_NEW,
			O_WRONLY | O_CREAT | O_TRUNC | O_NOFOLLOW | O_CLOEXEC,
			0644);

	if (fd < 0) {
		return false;
	}
	ok = fchmod(fd, 0644) == 0 && write(fd, text, len) == (ssize_t)len;
	return close(fd) == 0 && ok;
}

enum cg_status cg_runtime_publish_key(const struct cg_runtime *rt,
				      const uint8_t *pubkey)
{
	static const char digit[] = "0123456789abcdef";
	char text[2 * CG_SEAL_PUBKEY_LEN + 1];

	for (size_t i = 0; i < CG_SEAL_PUBKEY_LEN; i++) {
		text[2 * i] = digit[pubkey[i] >> 4];
		text[2 * i + 1] = digit[pubkey[i] & 15];
	}
	text[2 * CG_SEAL_PUBKEY_LEN] = '\n';
	if (!write_new(rt->fd, text, sizeof(text)) ||
	    renameat(rt->fd, KEY_FILE_NEW, rt->fd, KEY_FILE) != 0) {
		cg_log("%s/%s: cannot write: %s", rt->path, KEY_FILE,
		       strerror(errno));
		return CG_E_SYSTEM;
	}
	return CG_OK;
}

void cg_runtime_remove(const struct cg_runtime *rt)
{
	(void)unlinkat(rt->fd, KEY_FILE, 0);
	if (rt->made) {
		(void)rmdir(rt->path);
	}
}
