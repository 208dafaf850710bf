/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The files that the vault needs to run: its program, the ELF loader and the
 * libraries. Each is a detached read-only mount of exactly that file. */
#ifndef CG_LAUNCH_IMAGE_H
#define CG_LAUNCH_IMAGE_H

#include <stdbool.h>
#include <stddef.h>

#include "idl/status.h"
#include "isolated-helper/launch/settings.h"

#define CG_IMAGE_MAX 32
#define CG_IMAGE_PROGRAM "/credguard-vault"

struct cg_user;

struct cg_image_file {
	char path[CG_PATH_LEN];		/* absolute, in the vault's root */
	int mount;
};

struct cg_image {
	size_t n_files;
	struct cg_image_file files[CG_IMAGE_MAX];
};

/* as: who runs the loader to list the libraries. Says on stderr what is
 * wrong. The caller closes in any case. */
CG_MUST_CHECK enum cg_status cg_image_open(const struct cg_settings *s,
					   const struct cg_user *as,
					   struct cg_image *out);
void cg_image_close(struct cg_image *image);

#endif
