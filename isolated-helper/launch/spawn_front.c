/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See spawn_front.h. */
#include "isolated-helper/launch/spawn_front.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "isolated-helper/launch/front.h"
#include "isolated-helper/launch/pair.h"
#include "isolated-helper/launch/spawn.h"
#include "isolated-helper/launch/spawn_user.h"
#include "isolated-helper/launch/trust.h"

static _Noreturn void exec_front(int link, const struct cg_guardian *g)
{
	const struct cg_settings *s = &g->settings;
	/* argv is not const. */
	char upstream_path[CG_PATH_LEN];
	char privileged_path[CG_PATH_LEN];
	char runtime_path[CG_PATH_LEN];
	char name[] = "credguard-winbind";
	char upstream[] = "--upstream";
	char privileged[] = "--upstream-privileged";
	char dir[] = "--privileged-dir";
	char runtime[] = "--runtime-dir";
	char no_crap[] = "--refuse-auth-crap";
	char program[CG_PATH_LEN + 2];
	char path[] = "PATH=/usr/sbin:/usr/bin:/sbin:/bin";
	/* A look-up of the front's own would wait for itself. */
	char no_winbind[] = "_NO_WINBINDD=1";
	char *argv[] = { name, upstream, upstream_path, privileged,
			 privileged_path, dir, g->front->dir, runtime,
			 runtime_path, NULL, NULL };
	char krb5[CG_PATH_LEN + 16];
	char *envp[] = { path, no_winbind, NULL, NULL };
	const char *krb5_config = getenv("KRB5_CONFIG");

	memcpy(upstream_path, s->upstream, CG_PATH_LEN);
	memcpy(privileged_path, s->upstream_privileged, CG_PATH_LEN);
	memcpy(runtime_path, s->runtime_dir, CG_PATH_LEN);
	if (!s->auth_crap) {
		argv[9] = no_crap;
	}
	if (krb5_config != NULL) {
		(void)snprintf(krb5, sizeof(krb5), "KRB5_CONFIG=%s",
			       krb5_config);
		envp[2] = krb5;
	}
	cg_spawn_user_enter(link, s->front, program, sizeof(program));
	cg_spawn_exec(link, program, argv, envp);
}

/* The group opens winbindd's privileged pipe for clients who were let in at
 * ours, which has the same owner, group and mode. */
static _Noreturn void be_front(int link, const struct cg_guardian *g,
			       pid_t guardian)
{
	const struct cg_front *front = g->front;
	int fds[] = { front->pipe, front->privileged, front->shelf[0],
		      front->shelf[1], front->book };

	cg_spawn_wait_go(link);
	cg_spawn_place(link, fds, sizeof(fds) / sizeof(fds[0]));
	cg_spawn_user(link, &g->users.front, &g->users.winbindd_priv,
		      guardian);
	exec_front(link, g);
}

enum cg_status cg_spawn_front(const struct cg_guardian *g,
			      struct cg_child *out)
{
	pid_t guardian = getpid();
	enum cg_status st;
	int link;

	*out = (struct cg_child){ 0 };
	st = cg_trust_check(g->settings.front, g->settings.dev);
	if (st != CG_OK) {
		return st;
	}
	st = cg_spawn("credguard-winbind", 0, out, &link);
	if (st != CG_OK) {
		return st;
	}
	if (out->pid == 0) {
		be_front(link, g, guardian);
	}
	return cg_spawn_go(out, link);
}
