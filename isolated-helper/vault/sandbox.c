/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/sandbox.h"

#include <linux/capability.h>
#include <sched.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "idl/limits.h"
#include "idl/protection.h"
#include "isolated-helper/vault/landlock.h"
#include "isolated-helper/vault/seccomp.h"
#include "isolated-helper/vault/secret.h"
#include "isolated-helper/vault/vault.h"

#ifndef PR_SET_MDWE
#define PR_SET_MDWE 65
#endif
#define MDWE_REFUSE_EXEC_GAIN 1UL
#define EMPTY_DIRECTORY "/empty"	/* made by the guardian */

static enum cg_status close_others(void)
{
	if (syscall(SYS_close_range, 0U, CG_CHANNEL_FD - 1U, 0U) != 0 ||
	    syscall(SYS_close_range, CG_CHANNEL_FD + 1U, ~0U, 0U) != 0) {
		return CG_E_SYSTEM;
	}
	return CG_OK;
}

enum cg_status cg_sandbox_harden(void)
{
	const struct rlimit none = { 0, 0 };

	for (char **e = environ; *e != NULL; e++) {
		cg_wipe(*e, strlen(*e));
	}
	if (close_others() != CG_OK || clearenv() != 0 ||
	    setrlimit(RLIMIT_CORE, &none) != 0 ||
	    prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0) {
		return CG_E_SYSTEM;
	}
	return CG_OK;
}

static bool drop_capabilities(void)
{
	struct __user_cap_header_struct h = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	const struct __user_cap_data_struct none[2] = { { 0 }, { 0 } };

	for (unsigned long cap = 0; cap < 64; cap++) {
		if (prctl(PR_CAPBSET_READ, cap, 0, 0, 0) == 1 &&
		    prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) != 0) {
			return false;
		}
	}
	return syscall(SYS_capset, &h, none) == 0;
}

/* Again, because each change of credentials may have undone it. */
static bool refuse_dumps(void)
{
	return prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) == 0 &&
	       prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) == 0;
}

static bool gain(struct cg_protections *p, bool ok, enum cg_protection bit)
{
	if (ok) {
		p->bits |= (uint32_t)bit;
	}
	return ok;
}

enum cg_status cg_sandbox_enter(struct cg_protections *p)
{
	/* The arena was mapped with CAP_IPC_LOCK of the guardian's user
	 * namespace; from here on no capability of ours means anything
	 * outside. Owned by our own uid, so the broker's has none over it. */
	bool ok = gain(p, unshare(CLONE_NEWUSER) == 0,
		       CG_PROT_USER_NAMESPACE) &&
		  gain(p, chroot(EMPTY_DIRECTORY) == 0 && chdir("/") == 0,
		       CG_PROT_EMPTY_ROOT) &&
		  gain(p, drop_capabilities(), CG_PROT_NO_CAPS) &&
		  gain(p, refuse_dumps(), CG_PROT_UNDUMPABLE) &&
		  gain(p, prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) == 0,
		       CG_PROT_NO_NEW_PRIVS);

	if (!ok) {
		return CG_E_SYSTEM;
	}
	(void)gain(p, prctl(PR_SET_MDWE, MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) == 0,
		   CG_PROT_MDWE);			/* Linux 6.3 */
	p->landlock_abi = cg_landlock_deny_all();	/* Linux 5.13 */
	(void)gain(p, p->landlock_abi > 0, CG_PROT_LANDLOCK);
	return gain(p, cg_seccomp_enter() == CG_OK, CG_PROT_SECCOMP)
		       ? CG_OK : CG_E_SYSTEM;
}
