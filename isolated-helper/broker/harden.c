/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See harden.h. */
#include "isolated-helper/broker/harden.h"

#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/resource.h>

static enum cg_status raise_descriptor_limit(void)
{
	struct rlimit files;

	if (getrlimit(RLIMIT_NOFILE, &files) != 0) {
		return CG_E_SYSTEM;
	}
	files.rlim_cur = files.rlim_max;
	return setrlimit(RLIMIT_NOFILE, &files) == 0 ? CG_OK : CG_E_SYSTEM;
}

enum cg_status cg_harden(void)
{
	const struct rlimit none = { 0, 0 };

	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0
	    || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0
	    || setrlimit(RLIMIT_CORE, &none) != 0
	    || signal(SIGPIPE, SIG_IGN) == SIG_ERR) {
		return CG_E_SYSTEM;
	}
	return raise_descriptor_limit();
}
