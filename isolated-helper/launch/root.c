/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See root.h. */
#include "isolated-helper/launch/root.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "isolated-helper/launch/image.h"
#include "isolated-helper/launch/spawn.h"

/* A directory that is surely there: the guardian needs /proc as well. */
#define STAGE "/proc"
#define TMPFS_OPTIONS "mode=0755,size=64k,nr_inodes=256"

static void make_parents(int link, char *path)
{
	for (char *p = strchr(path, '/'); p != NULL; p = strchr(p + 1, '/')) {
		*p = '\0';
		if (mkdir(path, 0755) != 0 && errno != EEXIST) {
			cg_spawn_fail(link, path);
		}
		*p = '/';
	}
}

/* The current directory is the new root. */
static void place(int link, const struct cg_image_file *file)
{
	char path[CG_PATH_LEN];
	int fd;

	memcpy(path, file->path + 1, strlen(file->path));
	make_parents(link, path);
	fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0444);
	cg_spawn_must(link, fd, path);
	(void)close(fd);
	cg_spawn_must(link, move_mount(file->mount, "", AT_FDCWD, path,
				       MOVE_MOUNT_F_EMPTY_PATH), path);
}

static void make_root(int link, const struct cg_image *image)
{
	cg_spawn_must(link, mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL),
		      "private mounts");
	cg_spawn_must(link, mount("credguard", STAGE, "tmpfs", 0,
				  TMPFS_OPTIONS), "tmpfs");
	cg_spawn_must(link, chdir(STAGE), STAGE);
	for (size_t i = 0; i < image->n_files; i++) {
		place(link, &image->files[i]);
	}
	cg_spawn_must(link, mkdir("empty", 0555), "empty");
}

static void leave_old_root(int link)
{
	/* Both on ".": the old root then lies over the new one, and goes. */
	cg_spawn_must(link, (int)syscall(SYS_pivot_root, ".", "."),
		      "pivot_root");
	cg_spawn_must(link, umount2(".", MNT_DETACH), "umount");
	cg_spawn_must(link, chdir("/"), "chdir");
}

void cg_root_enter(int link, const struct cg_image *image)
{
	struct mount_attr attr = {
		.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID |
			    MOUNT_ATTR_NODEV,
	};

	(void)umask(022);
	make_root(link, image);
	leave_old_root(link);
	cg_spawn_must(link, mount_setattr(AT_FDCWD, "/", 0, &attr,
					  sizeof(attr)), "read-only root");
}
