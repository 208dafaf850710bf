/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See spawn_user.h. */
#include "isolated-helper/launch/spawn_user.h"

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "isolated-helper/launch/settings.h"
#include "isolated-helper/launch/spawn.h"
#include "isolated-helper/launch/users.h"

/* Each connected client takes a descriptor. */
static void set_limits(int link)
{
	const struct rlimit none = { 0, 0 };
	struct rlimit files;

	cg_spawn_must(link, setrlimit(RLIMIT_CORE, &none), "RLIMIT_CORE");
	cg_spawn_must(link, getrlimit(RLIMIT_NOFILE, &files),
		      "RLIMIT_NOFILE");
	files.rlim_cur = files.rlim_max;
	cg_spawn_must(link, setrlimit(RLIMIT_NOFILE, &files),
		      "RLIMIT_NOFILE");
}

/* For good: not even a program with the setuid bit leads back. */
static void drop_root(int link, const struct cg_user *user,
		      const gid_t *group)
{
	cg_spawn_must(link, setgroups(group != NULL, group), "setgroups");
	cg_spawn_must(link, setresgid(user->gid, user->gid, user->gid),
		      "setgid");
	cg_spawn_must(link, setresuid(user->uid, user->uid, user->uid),
		      "setuid");
	cg_spawn_must(link, prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0),
		      "no-new-privs");
}

/* After setuid, which clears it. The guardian's own death in between shows
 * as another parent. */
static void die_with(int link, pid_t guardian)
{
	cg_spawn_must(link, prctl(PR_SET_PDEATHSIG, SIGKILL), "pdeathsig");
	if (getppid() != guardian) {
		_exit(0);
	}
}

static void set_stdin(int link)
{
	int fd = open("/dev/null", O_RDONLY | O_CLOEXEC);

	cg_spawn_must(link, fd, "/dev/null");
	cg_spawn_must(link, dup2(fd, 0), "dup2");
}

void cg_spawn_user(int link, const struct cg_user *user, const gid_t *group,
		   pid_t guardian)
{
	set_stdin(link);
	set_limits(link);
	drop_root(link, user, group);
	die_with(link, guardian);
}

/* By name from its directory: its user may reach the program where
 * directories further up, of a build tree, are closed to it. */
void cg_spawn_user_enter(int link, const char *path, char *name, size_t size)
{
	const char *slash = strrchr(path, '/');
	char dir[CG_PATH_LEN];

	(void)snprintf(name, size, "./%s", slash != NULL ? slash + 1 : path);
	if (slash == NULL) {
		return;
	}
	(void)snprintf(dir, sizeof(dir), "%.*s/", (int)(slash - path), path);
	cg_spawn_must(link, chdir(dir), dir);
}
