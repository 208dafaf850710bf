/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One word is one option, on the line as in the file. A word that is not
 * known is an error: a misspelt restriction must not let everybody in. */
#include "plugin/pam/options.h"

#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#define FILE_MAX 16384U
#define WARN_DAYS 14U		/* as pam_winbind */
#define WARN_DAYS_MAX 9999U
#define MEMBERSHIP "require_membership_of="
#define WARN "warn_pwd_expire="

static const struct {
	const char *word;
	size_t offset;
} flags[] = {
	{ "debug", offsetof(struct cg_pam_options, debug) },
	{ "silent", offsetof(struct cg_pam_options, silent) },
	{ "try_first_pass", offsetof(struct cg_pam_options, try_first_pass) },
	{ "use_first_pass", offsetof(struct cg_pam_options, use_first_pass) },
	{ "use_authtok", offsetof(struct cg_pam_options, use_authtok) },
};

void cg_pam_options_default(struct cg_pam_options *out)
{
	*out = (struct cg_pam_options){ .warn_pwd_expire_days = WARN_DAYS };
}

static bool read_flag(const char *word, struct cg_pam_options *out)
{
	for (size_t i = 0; i < sizeof(flags) / sizeof(flags[0]); i++) {
		if (strcmp(word, flags[i].word) == 0) {
			*(bool *)((char *)out + flags[i].offset) = true;
			return true;
		}
	}
	return false;
}

static bool read_days(const char *text, uint32_t *out)
{
	char *end;
	unsigned long days;

	if (!isdigit((unsigned char)text[0])) {
		return false;
	}
	errno = 0;
	days = strtoul(text, &end, 10);
	if (errno != 0 || *end != '\0' || days > WARN_DAYS_MAX) {
		return false;
	}
	/* At most WARN_DAYS_MAX. */
	*out = (uint32_t)days;
	return true;
}

static bool begins(const char *word, const char *with)
{
	return strncmp(word, with, strlen(with)) == 0;
}

static enum cg_status read_word(TALLOC_CTX *mem_ctx, const char *word,
				struct cg_pam_options *out)
{
	const char *value;

	if (read_flag(word, out)) {
		return CG_OK;
	}
	if (begins(word, WARN)) {
		return read_days(word + strlen(WARN),
				 &out->warn_pwd_expire_days)
			? CG_OK : CG_E_INVALID;
	}
	if (!begins(word, MEMBERSHIP)) {
		return CG_E_INVALID;
	}
	value = word + strlen(MEMBERSHIP);
	if (value[0] == '\0') {
		return CG_E_INVALID;
	}
	out->require_membership_of = talloc_strdup(mem_ctx, value);
	return out->require_membership_of != NULL ? CG_OK : CG_E_NO_MEMORY;
}

static enum cg_status read_or_quote(TALLOC_CTX *mem_ctx, const char *word,
				    struct cg_pam_options *out,
				    char **out_problem)
{
	enum cg_status st = read_word(mem_ctx, word, out);

	if (st != CG_OK) {
		*out_problem = talloc_strdup(mem_ctx, word);
	}
	return st;
}

enum cg_status cg_pam_options_line(TALLOC_CTX *mem_ctx, int argc,
				   const char **argv,
				   struct cg_pam_options *out,
				   char **out_problem)
{
	*out_problem = NULL;
	for (int i = 0; i < argc; i++) {
		enum cg_status st = read_or_quote(mem_ctx, argv[i], out,
						  out_problem);

		if (st != CG_OK) {
			return st;
		}
	}
	return CG_OK;
}

static char *trim(char *line)
{
	size_t len;

	line += strspn(line, " \t");
	len = strlen(line);
	while (len > 0 && isspace((unsigned char)line[len - 1])) {
		line[--len] = '\0';
	}
	return line;
}

static enum cg_status read_text(TALLOC_CTX *mem_ctx, char *text,
				struct cg_pam_options *out, char **out_problem)
{
	char *next = text;
	char *line;

	while ((line = strsep(&next, "\n")) != NULL) {
		enum cg_status st;

		line = trim(line);
		if (line[0] == '\0' || line[0] == '#') {
			continue;
		}
		st = read_or_quote(mem_ctx, line, out, out_problem);
		if (st != CG_OK) {
			return st;
		}
	}
	return CG_OK;
}

static bool is_of_root_alone(int fd)
{
	struct stat seen;

	return fstat(fd, &seen) == 0 && S_ISREG(seen.st_mode) &&
	       seen.st_uid == 0 &&
	       (seen.st_mode & (S_IWGRP | S_IWOTH)) == 0;
}

/* text has room for FILE_MAX + 1 bytes. */
static enum cg_status read_file(int fd, char *text)
{
	size_t len = 0;
	ssize_t n;

	do {
		n = read(fd, text + len, FILE_MAX - len);
		if (n < 0) {
			return CG_E_SYSTEM;
		}
		len += (size_t)n;
	} while (n > 0 && len < FILE_MAX);
	text[len] = '\0';
	/* More than that, or bytes that no editor writes. */
	return len == FILE_MAX || strlen(text) != len ? CG_E_LIMIT : CG_OK;
}

enum cg_status cg_pam_options_file(TALLOC_CTX *mem_ctx, const char *path,
				   struct cg_pam_options *out,
				   char **out_problem)
{
	enum cg_status st = CG_E_DENIED;
	char *text = NULL;
	int fd;

	*out_problem = NULL;
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	if (fd < 0) {
		return errno == ENOENT ? CG_OK : CG_E_SYSTEM;
	}
	if (!is_of_root_alone(fd)) {
		goto done;
	}
	st = CG_E_NO_MEMORY;
	text = talloc_array(mem_ctx, char, FILE_MAX + 1);
	if (text == NULL) {
		goto done;
	}
	st = read_file(fd, text);
	if (st == CG_OK) {
		st = read_text(mem_ctx, text, out, out_problem);
	}
done:
	(void)close(fd);
	talloc_free(text);
	return st;
}
