/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See ctl_setup_file.h. A new file is written under another name and renamed;
 * a new directory comes into being with its file already in it. No reader of
 * drop-in directories takes the other name, which ends in no ".conf". */
#include "plugin/client/ctl_setup_file.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plugin/client/ctl_terminal.h"

#define SUFFIX ".credguard-new"

static void must(bool ok)
{
	if (!ok) {
		cg_ctl_complain("out of memory");
		exit(1);
	}
}

/* What stands for a path while one is changed; all belong to mem. */
struct names {
	TALLOC_CTX *mem;
	const char *file;	/* where a symbolic link leads */
	const char *dir;
	const char *new_file;
	const char *new_dir;
	const char *file_in_new_dir;
};

static enum cg_status failed(const char *what, const char *path)
{
	cg_ctl_complain("%s: cannot %s: %s", path, what, strerror(errno));
	return CG_E_SYSTEM;
}

static const char *where_it_is(TALLOC_CTX *mem_ctx, const char *path)
{
	char *real = realpath(path, NULL);
	const char *copy = talloc_strdup(mem_ctx, real != NULL ? real : path);

	free(real);
	return copy;
}

/* Without memory there is none for anything else either. */
static struct names names_of(const char *path)
{
	struct names n = { .mem = talloc_new(NULL) };
	const char *slash;

	n.file = where_it_is(n.mem, path);
	must(n.file != NULL);
	slash = strrchr(n.file, '/');
	must(slash != NULL);
	/* The cast: the slash is in this string. */
	n.dir = talloc_strndup(n.mem, n.file, (size_t)(slash - n.file));
	n.new_file = talloc_asprintf(n.mem, "%s" SUFFIX, n.file);
	n.new_dir = talloc_asprintf(n.mem, "%s" SUFFIX, n.dir);
	n.file_in_new_dir = talloc_asprintf(n.mem, "%s%s", n.new_dir, slash);
	must(n.dir != NULL && n.new_file != NULL &&
		      n.new_dir != NULL && n.file_in_new_dir != NULL);
	return n;
}

bool cg_setup_file_exists(const char *path)
{
	return access(path, F_OK) == 0;
}

static enum cg_status read_all(FILE *file, char *buffer, const char *path)
{
	size_t len = fread(buffer, 1, CG_SETUP_FILE_MAX, file);

	if (ferror(file) != 0) {
		return failed("read it", path);
	}
	if (len == CG_SETUP_FILE_MAX || memchr(buffer, '\0', len) != NULL) {
		cg_ctl_complain("%s: is too long for a configuration file, or "
				"is no text", path);
		return CG_E_INVALID;
	}
	buffer[len] = '\0';
	return CG_OK;
}

enum cg_status cg_setup_file_read(TALLOC_CTX *mem_ctx, const char *path,
				  char **out)
{
	char *buffer;
	FILE *file;
	enum cg_status st;

	*out = NULL;
	file = fopen(path, "re");
	if (file == NULL) {
		return errno == ENOENT ? CG_E_NOT_FOUND
				       : failed("open it", path);
	}
	buffer = talloc_array(mem_ctx, char, CG_SETUP_FILE_MAX + 1);
	st = buffer == NULL ? CG_E_NO_MEMORY : read_all(file, buffer, path);
	(void)fclose(file);
	if (st == CG_OK) {
		*out = talloc_strdup(mem_ctx, buffer);
		st = *out == NULL ? CG_E_NO_MEMORY : CG_OK;
	}
	talloc_free(buffer);
	return st;
}

static bool write_all(int fd, const char *text)
{
	size_t left = strlen(text);

	while (left > 0) {
		ssize_t n = write(fd, text, left);

		if (n < 0) {
			return false;
		}
		text += n;
		/* n is not negative, as the line above says. */
		left -= (size_t)n;
	}
	return true;
}

static bool adopt_owner(int fd, const char *of)
{
	struct stat sb;

	if (stat(of, &sb) != 0) {
		return fchmod(fd, 0644) == 0;
	}
	return fchown(fd, sb.st_uid, sb.st_gid) == 0 &&
	       fchmod(fd, sb.st_mode & 07777) == 0;
}

static enum cg_status make(const char *path, const char *text, const char *of)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
	bool ok;

	if (fd < 0) {
		return failed("make it", path);
	}
	ok = write_all(fd, text) && adopt_owner(fd, of) && fsync(fd) == 0;
	if (!ok) {
		enum cg_status st = failed("write it", path);

		(void)close(fd);
		(void)unlink(path);
		return st;
	}
	(void)close(fd);
	return CG_OK;
}

static enum cg_status put(const char *from, const char *to)
{
	if (rename(from, to) != 0) {
		return failed("replace it", to);
	}
	return CG_OK;
}

static void sync_directory(const char *dir)
{
	int fd = open(dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

	if (fd >= 0) {
		(void)fsync(fd);
		(void)close(fd);
	}
}

static enum cg_status write_with_directory(const struct names *n,
					   const char *text)
{
	enum cg_status st;

	/* Whatever the umask: everybody's libkrb5 reads what is in there. */
	if (mkdir(n->new_dir, 0755) != 0 || chmod(n->new_dir, 0755) != 0) {
		return failed("make it", n->new_dir);
	}
	st = make(n->file_in_new_dir, text, n->file);
	return st == CG_OK ? put(n->new_dir, n->dir) : st;
}

static void clean(const struct names *n)
{
	(void)unlink(n->new_file);
	(void)unlink(n->file_in_new_dir);
	(void)rmdir(n->new_dir);
}

enum cg_status cg_setup_file_write(const char *path, const char *text)
{
	struct names n = names_of(path);
	enum cg_status st;

	clean(&n);
	if (!cg_setup_file_exists(n.dir)) {
		st = write_with_directory(&n, text);
	} else {
		st = make(n.new_file, text, n.file);
		st = st == CG_OK ? put(n.new_file, n.file) : st;
	}
	sync_directory(n.dir);
	talloc_free(n.mem);
	return st;
}

void cg_setup_file_clean(const char *path)
{
	struct names n = names_of(path);

	clean(&n);
	talloc_free(n.mem);
}

static bool is_alone(const char *dir)
{
	struct dirent *entry;
	DIR *stream = opendir(dir);
	int n = 0;

	if (stream == NULL) {
		return false;
	}
	while ((entry = readdir(stream)) != NULL) {
		n += strcmp(entry->d_name, ".") != 0 &&
		     strcmp(entry->d_name, "..") != 0;
	}
	(void)closedir(stream);
	return n == 1;
}

static enum cg_status remove_names(const struct names *n, bool with_dir)
{
	if (with_dir && cg_setup_file_exists(n->file) && is_alone(n->dir)) {
		/* Both go at once; clean ends it, now or in another run. */
		if (rename(n->dir, n->new_dir) != 0) {
			return failed("remove it", n->dir);
		}
		clean(n);
		return CG_OK;
	}
	if (unlink(n->file) != 0 && errno != ENOENT) {
		return failed("remove it", n->file);
	}
	return CG_OK;
}

enum cg_status cg_setup_file_remove(const char *path, bool with_dir)
{
	struct names n = names_of(path);
	enum cg_status st = remove_names(&n, with_dir);

	talloc_free(n.mem);
	return st;
}
