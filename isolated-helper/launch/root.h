/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The vault's root directory: the files of its image, an empty directory
 * for it to chroot into, nothing else, nothing writable. */
#ifndef CG_LAUNCH_ROOT_H
#define CG_LAUNCH_ROOT_H

struct cg_image;

/* In the child, with a mount namespace of its own; ends it on failure. */
void cg_root_enter(int link, const struct cg_image *image);

#endif
