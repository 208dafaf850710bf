/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugin/client/ctl_samba.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "plugin/client/printable.h"

#define LIMIT_MS 10000
#define TEXT_MAX 2048U

static const char *const words[] = { "absent", "loads", "refused" };

const char *cg_ctl_samba_word(enum cg_ctl_samba_state state)
{
	return words[state];
}

/* Both outputs, since Samba's log goes to one or the other. */
static pid_t start_probe(const char *path, int *out_fd)
{
	int ends[2];
	pid_t pid;

	if (pipe(ends) != 0) {
		return -1;
	}
	pid = fork();
	if (pid == 0) {
		(void)dup2(ends[1], STDOUT_FILENO);
		(void)dup2(ends[1], STDERR_FILENO);
		(void)close(ends[0]);
		(void)close(ends[1]);
		cg_ctl_samba_probe(path);
	}
	(void)close(ends[1]);
	if (pid < 0) {
		(void)close(ends[0]);
		return -1;
	}
	*out_fd = ends[0];
	return pid;
}

/* Until the end, or until it says nothing for too long. */
static size_t read_all(int fd, char *text, size_t cap)
{
	struct pollfd ready = { .fd = fd, .events = POLLIN };
	size_t len = 0;

	while (len < cap && poll(&ready, 1, LIMIT_MS) == 1) {
		ssize_t n = read(fd, text + len, cap - len);

		if (n <= 0) {
			break;
		}
		len += (size_t)n;
	}
	return len;
}

static bool wait_for(pid_t pid)
{
	int status = 0;

	/* One that still runs has said nothing for too long. */
	(void)kill(pid, SIGKILL);
	while (waitpid(pid, &status, 0) < 0) {
		if (errno != EINTR) {
			return false;
		}
	}
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

/* The last line that is not empty. */
static const char *last_line(char *text)
{
	size_t len = strlen(text);
	char *line;

	while (len > 0 && (text[len - 1] == '\n' || text[len - 1] == ' ')) {
		text[--len] = '\0';
	}
	line = strrchr(text, '\n');
	line = line == NULL ? text : line + 1;
	return line + strspn(line, " \t");
}

static struct cg_ctl_samba refused(TALLOC_CTX *mem_ctx, const char *path,
				   const char *text)
{
	const char *reason = *text == '\0' ? "it ended without a word" : text;

	return (struct cg_ctl_samba){
		.state = CG_SAMBA_REFUSED, .path = path,
		.reason = cg_printable(mem_ctx, (struct cg_bytes){
			(const uint8_t *)reason, strlen(reason) }),
	};
}

struct cg_ctl_samba cg_ctl_samba_look(TALLOC_CTX *mem_ctx, const char *path)
{
	char text[TEXT_MAX] = { 0 };
	int fd = -1;
	pid_t pid;

	if (access(path, F_OK) != 0) {
		return (struct cg_ctl_samba){
			.state = CG_SAMBA_ABSENT, .path = path,
			.reason = strerror(errno),
		};
	}
	pid = start_probe(path, &fd);
	if (pid < 0) {
		return refused(mem_ctx, path, strerror(errno));
	}
	(void)read_all(fd, text, sizeof(text) - 1);
	(void)close(fd);
	if (wait_for(pid)) {
		return (struct cg_ctl_samba){
			.state = CG_SAMBA_LOADS, .path = path,
		};
	}
	return refused(mem_ctx, path, last_line(text));
}
