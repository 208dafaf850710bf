/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See ctl_audit_file.h. */
#include "plugin/client/ctl_audit_file.h"

#include <ini.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>

#define CONFIG "/etc/credguard/credguard.conf"
#define DEFAULT_FILE "/var/log/credguard/audit.jsonl"
#define NAP_NS 200000000L

struct setting {
	TALLOC_CTX *mem_ctx;
	const char *path;
};

static int take_setting(void *user, const char *section, const char *name,
			const char *value)
{
	struct setting *setting = user;

	if (strcmp(section, "audit") == 0 && strcmp(name, "file") == 0) {
		setting->path = talloc_strdup(
			setting->mem_ctx,
			strcmp(value, "none") == 0 ? "" : value);
	}
	return 1;
}

const char *cg_ctl_audit_file_path(TALLOC_CTX *mem_ctx)
{
	struct setting setting = { mem_ctx, DEFAULT_FILE };

	/* Without the file, the default holds. */
	(void)ini_parse(CONFIG, take_setting, &setting);
	return setting.path;
}

bool cg_ctl_audit_file_open(struct cg_ctl_audit_file *file, const char *path)
{
	struct stat sb;

	*file = (struct cg_ctl_audit_file){ .path = path };
	file->file = fopen(path, "re");
	if (file->file == NULL) {
		return false;
	}
	if (fstat(fileno(file->file), &sb) == 0) {
		file->dev = sb.st_dev;
		file->ino = sb.st_ino;
	}
	return true;
}

const char *cg_ctl_audit_file_next(struct cg_ctl_audit_file *file,
				   char **buffer, size_t *size)
{
	off_t before = ftello(file->file);
	ssize_t n = getline(buffer, size, file->file);

	if (n > 0 && (*buffer)[n - 1] == '\n') {
		(*buffer)[n - 1] = '\0';
		return *buffer;
	}
	/* Half a line is read again when it is whole. */
	clearerr(file->file);
	(void)fseeko(file->file, before, SEEK_SET);
	return NULL;
}

/* The old one was read to its end before. */
static void go_over(struct cg_ctl_audit_file *file)
{
	struct cg_ctl_audit_file fresh;
	struct stat sb;

	if (stat(file->path, &sb) != 0 ||
	    (sb.st_dev == file->dev && sb.st_ino == file->ino)) {
		return;
	}
	if (cg_ctl_audit_file_open(&fresh, file->path)) {
		(void)fclose(file->file);
		*file = fresh;
	}
}

void cg_ctl_audit_file_wait(struct cg_ctl_audit_file *file)
{
	const struct timespec nap = { .tv_nsec = NAP_NS };

	go_over(file);
	(void)nanosleep(&nap, NULL);
}
