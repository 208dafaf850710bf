/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See image.h. */
#include "isolated-helper/launch/image.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <unistd.h>

#include "isolated-helper/launch/child.h"
#include "isolated-helper/launch/log.h"
#include "isolated-helper/launch/spawn.h"
#include "isolated-helper/launch/trust.h"
#include "isolated-helper/launch/users.h"

/* A mount of the file alone, on no path yet; read-only for good. */
static int mount_of(const char *path)
{
	struct mount_attr attr = {
		.attr_set = MOUNT_ATTR_RDONLY | MOUNT_ATTR_NOSUID |
			    MOUNT_ATTR_NODEV,
	};
	int fd = open_tree(AT_FDCWD, path,
			   OPEN_TREE_CLONE | OPEN_TREE_CLOEXEC);

	if (fd >= 0 &&
	    mount_setattr(fd, "", AT_EMPTY_PATH, &attr, sizeof(attr)) != 0) {
		(void)close(fd);
		return -1;
	}
	return fd;
}

static enum cg_status add_file(struct cg_image *image, const char *from,
			       const char *path, bool dev)
{
	struct cg_image_file *file = &image->files[image->n_files];

	if (image->n_files == CG_IMAGE_MAX ||
	    strlen(path) >= sizeof(file->path)) {
		cg_log("the vault needs too many files, or too long a path");
		return CG_E_LIMIT;
	}
	if (cg_trust_check(from, dev) != CG_OK) {
		return CG_E_DENIED;
	}
	memcpy(file->path, path, strlen(path) + 1);
	file->mount = mount_of(from);
	if (file->mount < 0) {
		cg_log("%s: cannot be mounted: %s", from, strerror(errno));
		return CG_E_SYSTEM;
	}
	image->n_files++;
	return CG_OK;
}

/* What ldd(1) does: the kernel starts the loader, which lists and exits. */
static _Noreturn void run_loader(int link, int program,
				 const struct cg_user *as, int out)
{
	char argv0[] = "credguard-vault";
	char trace[] = "LD_TRACE_LOADED_OBJECTS=1";
	char *argv[] = { argv0, NULL };
	char *envp[] = { trace, NULL };

	cg_spawn_wait_go(link);
	cg_spawn_must(link, dup2(out, 1), "dup2");
	cg_spawn_must(link, setgroups(0, NULL), "setgroups");
	cg_spawn_must(link, setresgid(as->gid, as->gid, as->gid), "setgid");
	cg_spawn_must(link, setresuid(as->uid, as->uid, as->uid), "setuid");
	(void)execveat(program, "", argv, envp, AT_EMPTY_PATH);
	cg_spawn_fail(link, "exec");
}

/* "\tlibc.so.6 => /lib/libc.so.6 (0x...)"; the loader and the vDSO have no
 * arrow, and the vDSO is no file. */
static enum cg_status add_line(struct cg_image *image, char *line, bool dev)
{
	char *arrow = strstr(line, "=> ");
	char *path = arrow != NULL ? arrow + 3 : line + strspn(line, "\t ");
	char *end = strstr(path, " (");

	if (arrow != NULL && path[0] != '/') {
		cg_log("the vault misses a library: %s", line);
		return CG_E_NOT_FOUND;
	}
	if (path[0] != '/' || end == NULL) {
		return CG_OK;
	}
	*end = '\0';
	return add_file(image, path, path, dev);
}

static enum cg_status read_list(struct cg_image *image, int fd, bool dev)
{
	enum cg_status st = CG_OK;
	char line[2 * CG_PATH_LEN];
	FILE *list = fdopen(fd, "r");

	if (list == NULL) {
		(void)close(fd);
		return CG_E_NO_MEMORY;
	}
	while (st == CG_OK && fgets(line, sizeof(line), list) != NULL) {
		line[strcspn(line, "\n")] = '\0';
		st = add_line(image, line, dev);
	}
	(void)fclose(list);
	return st;
}

static enum cg_status add_libraries(struct cg_image *image, int program,
				    const struct cg_user *as, bool dev)
{
	struct cg_child loader = { 0 };
	enum cg_status st;
	int list[2];
	int link;

	if (pipe2(list, O_CLOEXEC) != 0) {
		return CG_E_SYSTEM;
	}
	st = cg_spawn("the loader of credguard-vault", 0, as->uid, &loader,
		      &link);
	if (st == CG_OK && loader.pid == 0) {
		run_loader(link, program, as, list[1]);
	}
	(void)close(list[1]);
	if (st == CG_OK) {
		st = cg_spawn_go(&loader, link);
	}
	if (st == CG_OK) {
		st = read_list(image, list[0], dev);
	} else {
		(void)close(list[0]);
	}
	cg_child_kill(&loader);
	return st;
}

enum cg_status cg_image_open(const struct cg_settings *s,
			     const struct cg_user *as, struct cg_image *out)
{
	enum cg_status st;
	int program;

	*out = (struct cg_image){ 0 };
	st = add_file(out, s->vault, CG_IMAGE_PROGRAM, s->dev);
	if (st != CG_OK) {
		return st;
	}
	program = open(s->vault, O_PATH | O_CLOEXEC);
	if (program < 0) {
		cg_log("%s: %s", s->vault, strerror(errno));
		return CG_E_SYSTEM;
	}
	st = add_libraries(out, program, as, s->dev);
	(void)close(program);
	if (st == CG_OK && out->n_files == 1) {
		cg_log("%s: its libraries cannot be listed", s->vault);
		return CG_E_SYSTEM;
	}
	return st;
}

void cg_image_close(struct cg_image *image)
{
	for (size_t i = 0; i < image->n_files; i++) {
		(void)close(image->files[i].mount);
	}
	image->n_files = 0;
}
