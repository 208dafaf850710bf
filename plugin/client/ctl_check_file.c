/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See ctl_check_file.h. */
#include "plugin/client/ctl_check_file.h"

#include <errno.h>
#include <fcntl.h>
#include <glob.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "plugin/client/ctl_check.h"

#define FILE_MAX 1048576U	/* the largest is a kernel's /boot/config */

char *cg_ctl_check_file_path(TALLOC_CTX *mem_ctx,
			     const struct cg_ctl_check_machine *machine,
			     const char *path)
{
	return talloc_asprintf(mem_ctx, "%s%s", machine->prefix, path);
}

/* A FIFO or a device that somebody put there must not keep us. */
static int open_file(const char *path)
{
	struct stat sb;
	int fd = open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd >= 0 && (fstat(fd, &sb) != 0 || !S_ISREG(sb.st_mode))) {
		(void)close(fd);
		errno = EINVAL;
		return -1;
	}
	return fd;
}

/* Files below /proc and /sys tell no size. */
static char *read_all(TALLOC_CTX *mem_ctx, int fd)
{
	char *text = talloc_array(mem_ctx, char, FILE_MAX + 1);
	size_t len = 0;
	ssize_t n = 0;

	if (text == NULL) {
		errno = ENOMEM;
		return NULL;
	}
	do {
		n = read(fd, text + len, FILE_MAX - len);
		len += n > 0 ? (size_t)n : 0;
	} while (n > 0);
	if (n < 0) {
		talloc_free(text);
		return NULL;
	}
	text[len] = '\0';
	if (len > 0 && text[len - 1] == '\n') {
		text[len - 1] = '\0';
	}
	return text;
}

char *cg_ctl_check_file_read(TALLOC_CTX *mem_ctx,
			     const struct cg_ctl_check_machine *machine,
			     const char *path)
{
	char *whole = cg_ctl_check_file_path(NULL, machine, path);
	char *text = NULL;
	int fd, err;

	if (whole == NULL) {
		errno = ENOMEM;
		return NULL;
	}
	fd = open_file(whole);
	if (fd >= 0) {
		text = read_all(mem_ctx, fd);
		err = errno;
		(void)close(fd);
		errno = err;
	}
	err = errno;
	talloc_free(whole);
	errno = err;
	return text;
}

bool cg_ctl_check_file_is_there(const struct cg_ctl_check_machine *machine,
				const char *path)
{
	char *whole = cg_ctl_check_file_path(NULL, machine, path);
	struct stat sb;
	/* A link of systemd's leads out of the tree; that it is there counts.
	 */
	bool is_there = whole != NULL && lstat(whole, &sb) == 0;

	talloc_free(whole);
	return is_there;
}

bool cg_ctl_check_file_number(const struct cg_ctl_check_machine *machine,
			      const char *path, long *out)
{
	char *text = cg_ctl_check_file_read(NULL, machine, path);
	char *end = text;
	int err = errno;

	*out = 0;
	if (text != NULL) {
		*out = strtol(text, &end, 10);
		err = EINVAL;
	}
	if (end != text) {
		talloc_free(text);
		return true;
	}
	talloc_free(text);
	errno = err;
	return false;
}

void cg_ctl_check_file_unread(struct cg_ctl_check_found *out,
			      const char *path)
{
	int err = errno;

	cg_ctl_check_na(out, "%s: %s%s", path, strerror(err),
			err == EACCES || err == EPERM ? "; ask as root" : "");
}

char **cg_ctl_check_file_glob(TALLOC_CTX *mem_ctx,
			      const struct cg_ctl_check_machine *machine,
			      const char *pattern, size_t *n)
{
	char *whole = cg_ctl_check_file_path(NULL, machine, pattern);
	char **paths = NULL;
	glob_t found;

	*n = 0;
	if (whole != NULL && glob(whole, 0, NULL, &found) == 0) {
		paths = talloc_zero_size(mem_ctx,
					 found.gl_pathc * sizeof(*paths));
		for (size_t i = 0; paths != NULL && i < found.gl_pathc; i++) {
			paths[i] = talloc_strdup(paths, found.gl_pathv[i]);
			*n += paths[i] != NULL;
		}
		globfree(&found);
	}
	talloc_free(whole);
	return paths;
}

bool cg_ctl_check_file_has_word(const char *text, const char *word)
{
	static const char blanks[] = " \t\n,";
	size_t len = strlen(word);

	while (*text != '\0') {
		size_t n = strcspn(text, blanks);

		if (n == len && strncmp(text, word, len) == 0) {
			return true;
		}
		text += n;
		text += strspn(text, blanks);
	}
	return false;
}

const char *cg_ctl_check_file_plain(
	const struct cg_ctl_check_machine *machine, const char *path)
{
	return path + strlen(machine->prefix);
}
