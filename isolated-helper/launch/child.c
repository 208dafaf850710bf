/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See child.h. */
#include "isolated-helper/launch/child.h"

#include <poll.h>
#include <signal.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "isolated-helper/launch/log.h"

static const char *find_text(const struct cg_exit_text *texts, int code)
{
	for (; texts != NULL && texts->text != NULL; texts++) {
		if (texts->code == code) {
			return texts->text;
		}
	}
	return NULL;
}

static void log_end(const char *name, const siginfo_t *info,
		    const struct cg_exit_text *texts)
{
	if (info->si_pid == 0) {
		cg_log("%s ended", name);
		return;
	}
	if (info->si_code == CLD_EXITED) {
		const char *text = find_text(texts, info->si_status);

		cg_log("%s ended: exit code %d%s%s", name, info->si_status,
		       text != NULL ? ": " : "", text != NULL ? text : "");
		return;
	}
	if (info->si_status == SIGSYS) {
		cg_log("%s ended: killed by its system call filter", name);
		return;
	}
	cg_log("%s ended: killed by signal %d (%s)", name, info->si_status,
	       strsignal(info->si_status));
}

static void wait_for(struct cg_child *child, siginfo_t *info)
{
	struct pollfd gone = { .fd = child->pidfd, .events = POLLIN };

	*info = (siginfo_t){ 0 };
	if (child->is_unit) {
		(void)poll(&gone, 1, -1);
	} else {
		(void)waitid(P_PIDFD, (id_t)child->pidfd, info, WEXITED);
	}
	(void)close(child->pidfd);
}

void cg_child_reap(struct cg_child *child, int wait_ms,
		   const struct cg_exit_text *texts)
{
	struct pollfd fd = { .fd = child->pidfd, .events = POLLIN };
	siginfo_t info;

	if (child->name == NULL || poll(&fd, 1, wait_ms) != 1) {
		return;
	}
	wait_for(child, &info);
	log_end(child->name, &info, texts);
	*child = (struct cg_child){ 0 };
}

/* As its user, who may: that takes no CAP_KILL. With another user the kernel
 * forgets that we leave no core. */
static void send_kill(const struct cg_child *child)
{
	if (pidfd_send_signal(child->pidfd, SIGKILL, NULL, 0) == 0 ||
	    seteuid(child->uid) != 0) {
		return;
	}
	(void)pidfd_send_signal(child->pidfd, SIGKILL, NULL, 0);
	if (seteuid(0) != 0 || prctl(PR_SET_DUMPABLE, 0) != 0) {
		abort();
	}
}

void cg_child_kill(struct cg_child *child)
{
	siginfo_t info;

	if (child->name == NULL) {
		return;
	}
	send_kill(child);
	wait_for(child, &info);
	*child = (struct cg_child){ 0 };
}
