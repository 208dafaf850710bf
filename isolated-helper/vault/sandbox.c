/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "isolated-helper/vault/sandbox.h"

#include <linux/capability.h>
#include <sched.h>
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

static enum cg_status drop_capabilities(struct cg_protections *p)
{
	struct __user_cap_header_struct h = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	const struct __user_cap_data_struct none[2] = { { 0 }, { 0 } };

	for (unsigned long cap = 0; cap < 64; cap++) {
		if (prctl(PR_CAPBSET_READ, cap, 0, 0, 0) == 1 &&
		    prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) != 0) {
			return CG_E_SYSTEM;
		}
	}
	if (syscall(SYS_capset, &h, none) != 0) {
		return CG_E_SYSTEM;
	}
	p->bits |= CG_PROT_NO_CAPS;
	return CG_OK;
}

/* The arena was mapped with CAP_IPC_LOCK of the guardian's user namespace;
 * from here on no capability of ours means anything outside. Owned by our
 * own uid, so the broker's has none over it either. */
static enum cg_status enter_user_namespace(struct cg_protections *p)
{
	if (unshare(CLONE_NEWUSER) != 0) {
		return CG_E_SYSTEM;
	}
	p->bits |= CG_PROT_USER_NAMESPACE;
	return CG_OK;
}

static enum cg_status enter_empty_root(struct cg_protections *p)
{
	if (chroot(EMPTY_DIRECTORY) != 0 || chdir("/") != 0) {
		return CG_E_SYSTEM;
	}
	p->bits |= CG_PROT_EMPTY_ROOT;
	return CG_OK;
}

static enum cg_status refuse_new_privileges(struct cg_protections *p)
{
	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
		return CG_E_SYSTEM;
	}
	p->bits |= CG_PROT_NO_NEW_PRIVS;
	return CG_OK;
}

/* Again, because each change of credentials may have undone it. */
static enum cg_status refuse_dumps(struct cg_protections *p)
{
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) != 0 ||
	    prctl(PR_GET_DUMPABLE, 0, 0, 0, 0) != 0) {
		return CG_E_SYSTEM;
	}
	p->bits |= CG_PROT_UNDUMPABLE;
	return CG_OK;
}

enum cg_status cg_sandbox_enter(struct cg_protections *p)
{
	enum cg_status st = enter_user_namespace(p);

	if (st == CG_OK) {
		st = enter_empty_root(p);
	}
	if (st == CG_OK) {
		st = drop_capabilities(p);
	}
	if (st == CG_OK) {
		st = refuse_dumps(p);
	}
	if (st == CG_OK) {
		st = refuse_new_privileges(p);
	}
	if (st != CG_OK) {
		return st;
	}
	if (prctl(PR_SET_MDWE, MDWE_REFUSE_EXEC_GAIN, 0, 0, 0) == 0) {
		p->bits |= CG_PROT_MDWE;	/* Linux 6.3 */
	}
	p->landlock_abi = cg_landlock_deny_all();
	if (p->landlock_abi > 0) {
		p->bits |= CG_PROT_LANDLOCK;	/* Linux 5.13 */
	}
	st = cg_seccomp_enter();
	if (st == CG_OK) {
		p->bits |= CG_PROT_SECCOMP;
	}
	return st;
}
