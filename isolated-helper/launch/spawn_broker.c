/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See spawn_broker.h. */
#include "isolated-helper/launch/spawn_broker.h"

#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "isolated-helper/launch/child.h"
#include "isolated-helper/launch/settings.h"
#include "isolated-helper/launch/sockets.h"
#include "isolated-helper/launch/spawn.h"
#include "isolated-helper/launch/spawn_user.h"
#include "isolated-helper/launch/trust.h"
#include "isolated-helper/launch/users.h"

static _Noreturn void exec_broker(int link, const struct cg_settings *s,
				  const struct cg_users *users,
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
	char front[32];
	char *envp[] = { path, listen, NULL, NULL, NULL };
	size_t n = 2;
	const char *krb5_config = getenv("KRB5_CONFIG");

	if (users->front.uid != 0) {
		(void)snprintf(front, sizeof(front), "CG_FRONT_UID=%u",
			       (unsigned int)users->front.uid);
		envp[n++] = front;
	}
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
		envp[n] = krb5;
	}
	cg_spawn_user_enter(link, s->broker, program, sizeof(program));
	cg_spawn_exec(link, program, argv, envp);
}

static _Noreturn void be_broker(int link, const struct cg_settings *s,
				const struct cg_users *users,
				const struct cg_broker_fds *with,
				pid_t guardian)
{
	bool has_verifiers = with->verifiers >= 0;
	int fds[] = { with->channel, with->sockets->kcm,
		      with->sockets->client, with->guardian,
		      with->verifiers };

	cg_spawn_wait_go(link);
	cg_spawn_place(link, fds, has_verifiers ? 5 : 4);
	cg_spawn_user(link, &users->broker, NULL, guardian);
	exec_broker(link, s, users, has_verifiers);
}

enum cg_status cg_spawn_broker(const struct cg_settings *s,
			       const struct cg_users *users,
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
		be_broker(link, s, users, with, guardian);
	}
	return cg_spawn_go(out, link);
}
