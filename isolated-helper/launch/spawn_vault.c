/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See spawn_vault.h. */
#include "isolated-helper/launch/spawn_vault.h"

#include <grp.h>
#include <linux/capability.h>
#include <linux/close_range.h>
#include <linux/sched.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "isolated-helper/launch/child.h"
#include "isolated-helper/launch/image.h"
#include "isolated-helper/launch/root.h"
#include "isolated-helper/launch/settings.h"
#include "isolated-helper/launch/spawn.h"
#include "isolated-helper/launch/users.h"

/* The user namespace is the vault's own doing, after it has mapped its arena:
 * CAP_IPC_LOCK, which a large arena needs, counts in ours only. */
#define NAMESPACES (CLONE_NEWPID | CLONE_NEWNS)
/* The unit has private ones of these, and lets nobody make more; what it has
 * not, a view of its own on cgroups, is nothing to who has no file system. */
#define UNIT_NAMESPACES (CLONE_NEWNET | CLONE_NEWIPC | CLONE_NEWUTS | \
			 CLONE_NEWCGROUP)

static void set_limits(int link)
{
	const struct rlimit none = { 0, 0 };
	const struct rlimit one = { 1, 1 };
	const struct rlimit few = { 8, 8 };

	cg_spawn_must(link, setrlimit(RLIMIT_CORE, &none), "RLIMIT_CORE");
	cg_spawn_must(link, setrlimit(RLIMIT_NPROC, &one), "RLIMIT_NPROC");
	cg_spawn_must(link, setrlimit(RLIMIT_NOFILE, &few), "RLIMIT_NOFILE");
}

/* One capability, through the exec. Without it in our own set (a container)
 * the vault has what RLIMIT_MEMLOCK gives. */
static void keep_ipc_lock(int link)
{
	struct __user_cap_header_struct head = {
		.version = _LINUX_CAPABILITY_VERSION_3,
	};
	struct __user_cap_data_struct data[2] = { 0 };
	const uint32_t wanted = CAP_TO_MASK(CAP_IPC_LOCK);
	uint32_t has;

	cg_spawn_must(link, (int)syscall(SYS_capget, &head, data), "capget");
	has = data[0].permitted & wanted;
	data[0] = (struct __user_cap_data_struct){ has, has, has };
	data[1] = (struct __user_cap_data_struct){ 0 };
	cg_spawn_must(link, (int)syscall(SYS_capset, &head, data), "capset");
	if (has != 0) {
		cg_spawn_must(link, prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE,
					  CAP_IPC_LOCK, 0, 0), "ambient");
	}
}

static void become_user(int link, const struct cg_user *user)
{
	cg_spawn_must(link, prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0), "keepcaps");
	cg_spawn_must(link, setgroups(0, NULL), "setgroups");
	cg_spawn_must(link, setresgid(user->gid, user->gid, user->gid),
		      "setgid");
	cg_spawn_must(link, setresuid(user->uid, user->uid, user->uid),
		      "setuid");
	keep_ipc_lock(link);
	/* Changes of credentials clear this, so it comes after them. */
	cg_spawn_must(link, prctl(PR_SET_PDEATHSIG, SIGKILL), "pdeathsig");
}

static _Noreturn void exec_vault(int link, const struct cg_settings *s)
{
	char name[] = "credguard-vault";
	char arena[32];
	char memory[32];
	char *argv[] = { name, arena, memory, NULL };
	/* Lazy binding would leave copies of registers, and so of secrets, on
	 * the stack. The vault wipes its environment. */
	char bind_now[] = "LD_BIND_NOW=1";
	char *envp[] = { bind_now, NULL };

	(void)snprintf(arena, sizeof(arena), "--arena-mib=%u", s->arena_mib);
	(void)snprintf(memory, sizeof(memory), "--memory=%s",
		       s->may_lock ? "mlock" : "secret");
	cg_spawn_exec(link, CG_IMAGE_PROGRAM, argv, envp);
}

static _Noreturn void be_vault(int link, const struct cg_settings *s,
			       const struct cg_user *user,
			       const struct cg_image *image,
			       const struct cg_vault_fds *with)
{
	int fds[] = { with->channel, with->seen };

	cg_spawn_wait_go(link);
	if (!s->units) {
		cg_spawn_must(link, sethostname("vault", 5), "sethostname");
	}
	cg_root_enter(link, image);
	become_user(link, user);
	cg_spawn_place(link, fds, with->seen >= 0 ? 2 : 1);
	cg_spawn_must(link, close_range(0, 2, CLOSE_RANGE_CLOEXEC),
		      "close_range");
	set_limits(link);
	exec_vault(link, s);
}

enum cg_status cg_spawn_vault(const struct cg_settings *s,
			      const struct cg_user *user,
			      const struct cg_vault_fds *fds,
			      struct cg_child *out)
{
	struct cg_image *image = calloc(1, sizeof(*image));
	enum cg_status st;
	int link;

	*out = (struct cg_child){ 0 };
	if (image == NULL) {
		return CG_E_NO_MEMORY;
	}
	st = cg_image_open(s, user, image);
	if (st == CG_OK) {
		st = cg_spawn("credguard-vault",
			      s->units ? NAMESPACES
				       : NAMESPACES | UNIT_NAMESPACES,
			      user->uid, out, &link);
	}
	if (st == CG_OK && out->pid == 0) {
		be_vault(link, s, user, image, fds);
	}
	if (st == CG_OK) {
		st = cg_spawn_go(out, link);
	}
	cg_image_close(image);
	free(image);
	return st;
}
