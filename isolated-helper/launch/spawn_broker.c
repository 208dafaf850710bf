/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See spawn_broker.h. */
#include "isolated-helper/launch/spawn_broker.h"

#include <fcntl.h>
#include <grp.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <unistd.h>

#include "isolated-helper/launch/child.h"
#include "isolated-helper/launch/settings.h"
#include "isolated-helper/launch/sockets.h"
#include "isolated-helper/launch/spawn.h"
#include "isolated-helper/launch/trust.h"
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
static void drop_root(int link, const struct cg_user *user)
{
	cg_spawn_must(link, setgroups(0, NULL), "setgroups");
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
	int fd = open("/dev/null", O_RDONLY);

	cg_spawn_must(link, fd, "/dev/null");
	cg_spawn_must(link, dup2(fd, 0), "dup2");
}

/* By name from its directory: the broker's user may reach the program where
 * directories further up, of a build tree, are closed to it. */
static void go_to_program(int link, const char *path, char *name, size_t size)
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

static _Noreturn void exec_broker(int link, const struct cg_settings *s,
				  bool has_verifiers)
{
	char name[] = "credguardd";
	char option[] = "--config";
	char config[CG_PATH_LEN];
	char program[CG_PATH_LEN + 2];
	char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
	char listen[] = "CG_LISTEN=kcm=4,client=5,guardian=6,verifiers=7";
	char krb5[CG_PATH_LEN + 16];
	char *argv[] = { name, option, config, NULL };
	char *envp[] = { path, listen, NULL, NULL };
	const char *krb5_config = getenv("KRB5_CONFIG");

	if (!has_verifiers) {
		*strrchr(listen, ',') = '\0';
	}
	memcpy(config, s->config, strlen(s->config) + 1);
	if (config[0] == '\0') {
		argv[1] = NULL;
	}
	if (krb5_config != NULL) {
		(void)snprintf(krb5, sizeof(krb5), "KRB5_CONFIG=%s",
			       krb5_config);
		envp[2] = krb5;
	}
	go_to_program(link, s->broker, program, sizeof(program));
	cg_spawn_exec(link, program, argv, envp);
}

static _Noreturn void be_broker(int link, const struct cg_settings *s,
				const struct cg_user *user,
				const struct cg_broker_fds *with,
				pid_t guardian)
{
	bool has_verifiers = with->verifiers >= 0;
	int fds[] = { with->channel, with->sockets->kcm,
		      with->sockets->client, with->guardian,
		      with->verifiers };

	cg_spawn_wait_go(link);
	set_stdin(link);
	set_limits(link);
	cg_spawn_place(link, fds, has_verifiers ? 5 : 4);
	drop_root(link, user);
	die_with(link, guardian);
	exec_broker(link, s, has_verifiers);
}

enum cg_status cg_spawn_broker(const struct cg_settings *s,
			       const struct cg_user *user,
			       const struct cg_broker_fds *with,
			       struct cg_child *out)
{
	pid_t guardian = getpid();
	enum cg_status st;
	int link;

	*out = (struct cg_child){ 0 };
	st = cg_trust_check(s->broker, s->dev);
	if (st != CG_OK) {
		return st;
	}
	st = cg_spawn("credguardd", 0, out, &link);
	if (st != CG_OK) {
		return st;
	}
	if (out->pid == 0) {
		be_broker(link, s, user, with, guardian);
	}
	return cg_spawn_go(out, link);
}
