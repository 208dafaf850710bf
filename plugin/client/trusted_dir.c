/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Checks go by descriptor: nothing can be swapped between look and use. */
#include "plugin/client/trusted_dir.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

#include "idl/sealing.h"
#include "plugin/client/client_error.h"
#include "plugin/client/machine_uid.h"

#define HEX_LEN ((size_t)2 * CG_SEAL_PUBKEY_LEN)
#define OPEN_FLAGS (O_NOFOLLOW | O_CLOEXEC)

/* NULL when only root can have made or written it. */
static const char *problem_of_owner(const struct stat *sb)
{
	if (!cg_machine_uid_is_root(sb->st_uid)) {
		return "is not owned by root";
	}
	if (!S_ISSOCK(sb->st_mode) &&
	    (sb->st_mode & (S_IWGRP | S_IWOTH)) != 0) {
		return "can be written by others than root";
	}
	return NULL;
}

enum cg_status cg_trusted_dir_open(const char *path, int *out_fd,
				   struct cg_client_error *err)
{
	const char *problem;
	struct stat sb;
	int fd;

	*out_fd = -1;
	fd = open(path, O_PATH | O_DIRECTORY | OPEN_FLAGS);
	if (fd < 0 && (errno == ENOTDIR || errno == ELOOP)) {
		return cg_client_error_set(err, CG_STAGE_TRUST, CG_E_DENIED,
					   path, "is not a directory");
	}
	if (fd < 0 || fstat(fd, &sb) != 0) {
		return cg_client_error_errno(err, CG_STAGE_CONNECT,
					     CG_E_UNAVAILABLE, path);
	}
	problem = problem_of_owner(&sb);
	if (problem != NULL) {
		(void)close(fd);
		return cg_client_error_set(err, CG_STAGE_TRUST, CG_E_DENIED,
					   path, problem);
	}
	*out_fd = fd;
	return CG_OK;
}

enum cg_status cg_trusted_dir_socket(int dir_fd, const char *path,
				     struct cg_client_error *err)
{
	const char *problem;
	struct stat sb;

	if (fstatat(dir_fd, "client.sock", &sb, AT_SYMLINK_NOFOLLOW) != 0) {
		return cg_client_error_errno(err, CG_STAGE_CONNECT,
					     CG_E_UNAVAILABLE, path);
	}
	problem = problem_of_owner(&sb);
	if (!S_ISSOCK(sb.st_mode)) {
		problem = "is not a socket";
	}
	if (problem != NULL) {
		return cg_client_error_set(err, CG_STAGE_TRUST, CG_E_DENIED,
					   path, problem);
	}
	return CG_OK;
}

static int hex_digit(uint8_t c)
{
	if (c >= '0' && c <= '9') {
		return c - '0';
	}
	if (c >= 'a' && c <= 'f') {
		return c - 'a' + 10;
	}
	return -1;
}

static enum cg_status parse_key(const uint8_t *text, size_t len, uint8_t *out)
{
	if (len != HEX_LEN + 1 || text[HEX_LEN] != '\n') {
		return CG_E_INVALID;
	}
	for (size_t i = 0; i < CG_SEAL_PUBKEY_LEN; i++) {
		int high = hex_digit(text[2 * i]);
		int low = hex_digit(text[2 * i + 1]);

		if (high < 0 || low < 0) {
			return CG_E_INVALID;
		}
		out[i] = (uint8_t)(high * 16 + low);
	}
	return CG_OK;
}

static enum cg_status read_key(int fd, const char *path, uint8_t *out,
			       struct cg_client_error *err)
{
	uint8_t text[HEX_LEN + 2];	/* one more: too long is seen */
	const char *problem;
	struct stat sb;
	ssize_t n;

	if (fstat(fd, &sb) != 0) {
		return cg_client_error_errno(err, CG_STAGE_KEY, CG_E_SYSTEM,
					     path);
	}
	problem = problem_of_owner(&sb);
	if (!S_ISREG(sb.st_mode)) {
		problem = "is not a regular file";
	}
	if (problem != NULL) {
		return cg_client_error_set(err, CG_STAGE_TRUST, CG_E_DENIED,
					   path, problem);
	}
	n = read(fd, text, sizeof(text));
	if (n < 0 || parse_key(text, (size_t)n, out) != CG_OK) {
		return cg_client_error_set(err, CG_STAGE_KEY, CG_E_INVALID,
					   path, "is not a key file");
	}
	return CG_OK;
}

enum cg_status cg_trusted_dir_vault_key(int dir_fd, const char *path,
					uint8_t *out,
					struct cg_client_error *err)
{
	enum cg_status st;
	int fd;

	/* Not blocking: somebody may have put a FIFO there. */
	fd = openat(dir_fd, "vault.pub", O_RDONLY | O_NONBLOCK | OPEN_FLAGS);
	if (fd < 0 && errno == ELOOP) {
		return cg_client_error_set(err, CG_STAGE_TRUST, CG_E_DENIED,
					   path, "is a symbolic link");
	}
	if (fd < 0) {
		return cg_client_error_errno(err, CG_STAGE_KEY,
					     CG_E_UNAVAILABLE, path);
	}
	st = read_key(fd, path, out, err);
	(void)close(fd);
	return st;
}
