/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See ctl_check_smbconf.h. testparm is asked: it knows includes, synonyms,
 * the registry and every way to write a boolean, and prints options under one
 * name. libsmbconf would bring forty libraries in here for the same. */
#include "plugin/client/ctl_check_smbconf.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plugin/client/ctl_check.h"
#include "plugin/client/ctl_check_file.h"

#define SMB_CONF "/etc/samba/smb.conf"
#define TESTPARM "/usr/bin/testparm"
#define LIMIT_MS 10000
#define TEXT_MAX 1048576U

static bool start(char *file, int out_fd, pid_t *pid)
{
	char name[] = "testparm";
	char option[] = "--suppress-prompt";
	char level[] = "--debuglevel=0";
	char path[] = "PATH=/usr/bin:/bin";
	char *argv[] = { name, option, level, file, NULL };
	char *envp[] = { path, NULL };
	posix_spawn_file_actions_t actions;
	bool ok;

	if (posix_spawn_file_actions_init(&actions) != 0) {
		return false;
	}
	ok = posix_spawn_file_actions_addopen(&actions, 0, "/dev/null",
					      O_RDONLY, 0) == 0 &&
	     posix_spawn_file_actions_adddup2(&actions, out_fd, 1) == 0 &&
	     posix_spawn_file_actions_addopen(&actions, 2, "/dev/null",
					      O_WRONLY, 0) == 0 &&
	     posix_spawn(pid, TESTPARM, &actions, NULL, argv, envp) == 0;
	(void)posix_spawn_file_actions_destroy(&actions);
	return ok;
}

/* To the end, unless that does not come. */
static char *read_text(TALLOC_CTX *mem_ctx, int fd)
{
	struct pollfd p = { .fd = fd, .events = POLLIN };
	char *text = talloc_array(mem_ctx, char, TEXT_MAX + 1);
	size_t len = 0;
	ssize_t n = text == NULL ? -1 : 1;

	while (n > 0) {
		n = poll(&p, 1, LIMIT_MS) == 1
		    ? read(fd, text + len, TEXT_MAX - len) : -1;
		len += n > 0 ? (size_t)n : 0;
	}
	if (n < 0) {
		talloc_free(text);
		return NULL;
	}
	text[len] = '\0';
	return text;
}

/* NULL: it could not be started, did not end, or found a mistake. */
static char *ask_testparm(TALLOC_CTX *mem_ctx, char *file)
{
	char *text = NULL;
	int ends[2];
	int status = -1;
	pid_t pid = -1;

	if (pipe2(ends, O_CLOEXEC) != 0) {
		return NULL;
	}
	if (start(file, ends[1], &pid)) {
		(void)close(ends[1]);
		text = read_text(mem_ctx, ends[0]);
		if (text == NULL) {
			(void)kill(pid, SIGKILL);
		}
		(void)waitpid(pid, &status, 0);
	} else {
		(void)close(ends[1]);
	}
	(void)close(ends[0]);
	if (status != 0) {
		talloc_free(text);
		return NULL;
	}
	return text;
}

char *cg_ctl_check_smbconf_read(const struct cg_ctl_check_machine *machine,
				struct cg_ctl_check_found *out)
{
	char *file = cg_ctl_check_file_path(out, machine, SMB_CONF);
	char *text = NULL;

	if (file == NULL) {
		return NULL;
	}
	if (access(file, F_OK) != 0) {
		cg_ctl_check_na(out, "there is no " SMB_CONF);
		return NULL;
	}
	if (access(TESTPARM, X_OK) != 0) {
		cg_ctl_check_warn(out, "apt install samba-common-bin",
				  SMB_CONF " was not read: there is no "
				  TESTPARM);
		return NULL;
	}
	text = ask_testparm(out, file);
	if (text == NULL) {
		cg_ctl_check_warn(out, "testparm", "testparm finds a mistake "
				  "in " SMB_CONF ", or cannot read it");
	}
	return text;
}

/* Of a line "\tname = value". */
static const char *value_in(const char *line, const char *option)
{
	size_t len = strlen(option);

	line += strspn(line, " \t");
	if (strncasecmp(line, option, len) != 0 ||
	    strncmp(line + len, " = ", 3) != 0) {
		return NULL;
	}
	return line + len + 3;
}

const char *cg_ctl_check_smbconf_value(TALLOC_CTX *mem_ctx, const char *text,
				       const char *option)
{
	char *copy = talloc_strdup(mem_ctx, text);
	char *rest = copy;
	const char *line;
	bool is_global = false;

	if (copy == NULL) {
		return NULL;
	}
	while ((line = strsep(&rest, "\n")) != NULL) {
		const char *value = value_in(line, option);

		if (line[0] == '[') {
			is_global = strcmp(line, "[global]") == 0;
		} else if (is_global && value != NULL) {
			return value;
		}
	}
	return "";
}
