/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See spawn.h. */
#include "isolated-helper/launch/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "idl/exit_codes.h"
#include "isolated-helper/launch/child.h"
#include "isolated-helper/launch/log.h"

#define FIRST_FD 3
#define OUT_OF_THE_WAY 64	/* above every place of cg_spawn_place */

/* Not clone3, which systemd's RestrictNamespaces= takes away. This order of
 * the arguments is that of x86-64, the one that the vault's filter is for. */
static int clone_process(unsigned int flags, int *pidfd)
{
	return (int)syscall(SYS_clone, flags | CLONE_PIDFD | SIGCHLD, NULL,
			    pidfd, NULL, NULL);
}

/* What the guardian set for itself is not for its children. */
static void reset_signals(void)
{
	sigset_t none;

	(void)sigemptyset(&none);
	(void)sigprocmask(SIG_SETMASK, &none, NULL);
	(void)signal(SIGHUP, SIG_DFL);
}

enum cg_status cg_spawn(const char *name, unsigned int clone_flags, uid_t uid,
			struct cg_child *out, int *link)
{
	int ends[2];
	int pid, err;

	*out = (struct cg_child){ 0 };
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
		cg_log("%s: socketpair: %s", name, strerror(errno));
		return CG_E_SYSTEM;
	}
	pid = clone_process(clone_flags, &out->pidfd);
	err = errno;
	(void)close(ends[pid != 0]);
	*link = ends[pid == 0];
	if (pid < 0) {
		(void)close(*link);
		cg_log("%s: clone: %s", name, strerror(err));
		return CG_E_SYSTEM;
	}
	out->name = name;
	out->pid = pid;
	out->uid = uid;
	if (pid == 0) {
		*link = fcntl(*link, F_DUPFD_CLOEXEC, OUT_OF_THE_WAY);
		reset_signals();
		(void)setsid();		/* a terminal's ^C is the parent's */
	}
	return CG_OK;
}

void cg_spawn_wait_go(int link)
{
	char go;

	if (read(link, &go, sizeof(go)) != sizeof(go)) {
		_exit(CG_EXIT_EOF);
	}
}

void cg_spawn_must(int link, int rc, const char *what)
{
	if (rc < 0) {
		cg_spawn_fail(link, what);
	}
}

void cg_spawn_fail(int link, const char *what)
{
	(void)dprintf(link, "%s: %s", what, strerror(errno));
	_exit(CG_EXIT_SANDBOX);
}

void cg_spawn_place(int link, int *fds, size_t n)
{
	for (size_t i = 0; i < n; i++) {
		fds[i] = fcntl(fds[i], F_DUPFD_CLOEXEC, OUT_OF_THE_WAY);
		cg_spawn_must(link, fds[i], "descriptors");
	}
	for (size_t i = 0; i < n; i++) {
		cg_spawn_must(link, dup2(fds[i], FIRST_FD + (int)i),
			      "descriptors");
	}
	cg_spawn_must(link, close_range(FIRST_FD + (unsigned int)n, ~0U,
					CLOSE_RANGE_CLOEXEC), "close_range");
}

void cg_spawn_exec(int link, const char *path, char **argv, char **envp)
{
	(void)execve(path, argv, envp);
	cg_spawn_fail(link, path);
}

enum cg_status cg_spawn_go(const struct cg_child *child, int link)
{
	char why[256];
	size_t len = 0;
	ssize_t n;

	(void)send(link, "", 1, MSG_NOSIGNAL);
	do {
		n = read(link, why + len, sizeof(why) - 1 - len);
		len += n > 0 ? (size_t)n : 0;
	} while (n > 0);
	(void)close(link);
	if (len == 0) {
		return CG_OK;
	}
	why[len] = '\0';
	cg_log("%s: cannot start: %s", child->name, why);
	return CG_E_SYSTEM;
}
