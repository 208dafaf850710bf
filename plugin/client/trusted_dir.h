/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The runtime directory of credguard: only root may have made what lies
 * there, otherwise nothing is sent and no key is used. */
#ifndef CG_CLIENT_TRUSTED_DIR_H
#define CG_CLIENT_TRUSTED_DIR_H

#include <stdint.h>

#include "idl/status.h"

struct cg_client_error;

/* A descriptor of the directory for the functions below; the caller closes
 * it. The directory is root's, no symbolic link, written by root only. */
CG_MUST_CHECK enum cg_status cg_trusted_dir_open(const char *path, int *out_fd,
						 struct cg_client_error *err);
/* client.sock is a socket and root's. */
CG_MUST_CHECK enum cg_status cg_trusted_dir_socket(
	int dir_fd, const char *path, struct cg_client_error *err);
/* The key of vault.pub into out[CG_SEAL_PUBKEY_LEN]. The file is a regular
 * one, root's, written by root only. */
CG_MUST_CHECK enum cg_status cg_trusted_dir_vault_key(
	int dir_fd, const char *path, uint8_t *out,
	struct cg_client_error *err);

#endif
