/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See child.h. */
#include "isolated-helper/launch/child.h"

#include <signal.h>
#include <stddef.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "idl/exit_codes.h"
#include "isolated-helper/launch/log.h"

static const char *exit_text(int code)
{
	switch (code) {
	case CG_EXIT_EOF:
		return "its channel was closed";
	case CG_EXIT_USAGE:
		return "wrong arguments: is it of another version?";
	case CG_EXIT_NO_SECRET_MEMORY:
		return "no memory that root cannot read: memfd_secret needs "
		       "kernel 6.5, or 5.14 with secretmem.enable=1; "
		       "secret_memory = mlock in [vault] does without";
	case CG_EXIT_SANDBOX:
		return "a protection could not be set up; if user namespaces "
		       "are switched off, see the sysctls "
		       "user.max_user_namespaces, "
		       "kernel.unprivileged_userns_clone and "
		       "kernel.apparmor_restrict_unprivileged_userns";
	case CG_EXIT_BIRTH:
		return "Kerberos or crypto did not start";
	case CG_EXIT_PROTO:
		return "it got a malformed or out of phase message";
	case 127:
		return "a library of it is missing";
	default:
		return "unexpected";
	}
}

static void log_end(const char *name, const siginfo_t *info)
{
	if (info->si_code == CLD_EXITED) {
		cg_log("%s ended: exit code %d: %s", name, info->si_status,
		       exit_text(info->si_status));
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
	*info = (siginfo_t){ 0 };
	(void)waitid(P_PIDFD, (id_t)child->pidfd, info, WEXITED);
	(void)close(child->pidfd);
}

void cg_child_reap(struct cg_child *child)
{
	siginfo_t info;

	wait_for(child, &info);
	log_end(child->name, &info);
	*child = (struct cg_child){ 0 };
}

void cg_child_kill(struct cg_child *child)
{
	siginfo_t info;

	if (child->name == NULL) {
		return;
	}
	(void)pidfd_send_signal(child->pidfd, SIGKILL, NULL, 0);
	wait_for(child, &info);
	*child = (struct cg_child){ 0 };
}
