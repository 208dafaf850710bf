/* SPDX-License-Identifier: GPL-3.0-or-later */
/* credguard-launch, the guardian: makes the sockets, starts the vault in its
 * namespaces, the broker and the pipe front as their users, and again whenever
 * one of them ends. It holds no user's secret; the machine's keys pass it
 * (handover.h), and so does the sealing key (sealing.h). */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "isolated-helper/launch/front.h"
#include "isolated-helper/launch/log.h"
#include "isolated-helper/launch/logs.h"
#include "isolated-helper/launch/pair.h"
#include "isolated-helper/launch/policy_lock.h"
#include "isolated-helper/launch/sealing.h"
#include "isolated-helper/launch/starts.h"
#include "isolated-helper/launch/supervise.h"
#include "isolated-helper/launch/trust.h"

static const char help[] =
"Usage: credguard-launch [OPTION]...\n"
"Starts Credential Guard and keeps it running, in the foreground.\n"
"\n"
"  --config FILE       read FILE, not /etc/credguard/credguard.conf\n"
"  --runtime-dir DIR   client.sock and vault.pub lie here [/run/credguard]\n"
"  --kcm-socket PATH   the socket of libkrb5's cache type KCM\n"
"                      [/run/.heim_org.h5l.kcm-socket]\n"
"  --state-dir DIR     the host key and the verifiers lie here\n"
"                      [/var/lib/credguard]\n"
"  --vault PATH        the program credguard-vault\n"
"  --broker PATH       the program credguardd\n"
"  --vault-user NAME   [credguard-vault]\n"
"  --broker-user NAME  [credguard]\n"
"  --units               broker and pipe front are units of their own, which\n"
"                        fetch what they need with credguard-fetch\n"
"  --dev               for a build tree: programs that others than root may\n"
"                      change, and a vault without protection, are accepted\n"
"  --foreground        does nothing: there is no other mode\n"
"  --help, --version\n"
"\n"
"With systemd's sockets (sd_listen_fds) it makes none of its own.\n";

static void print(const char *text)
{
	(void)fputs(text, stdout);
}

/* A socket must not become descriptor 0, 1 or 2 of somebody. */
static enum cg_status fill_standard_fds(void)
{
	int fd;

	do {
		fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	} while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd < 0) {
		return CG_E_SYSTEM;
	}
	(void)close(fd);
	return CG_OK;
}

static enum cg_status become_guardian(int *stop_fd)
{
	sigset_t stop;

	(void)sigemptyset(&stop);
	(void)sigaddset(&stop, SIGTERM);
	(void)sigaddset(&stop, SIGINT);
	(void)signal(SIGHUP, SIG_IGN);
	*stop_fd = -1;
	if (prctl(PR_SET_DUMPABLE, 0) != 0 ||
	    sigprocmask(SIG_BLOCK, &stop, NULL) != 0) {
		return CG_E_SYSTEM;
	}
	*stop_fd = signalfd(-1, &stop, SFD_CLOEXEC);
	if (*stop_fd < 0) {
		cg_log("signalfd: %s", strerror(errno));
		return CG_E_SYSTEM;
	}
	return CG_OK;
}

static enum cg_status check_config(const struct cg_settings *s)
{
	if (s->config[0] == '\0') {
		return CG_OK;
	}
	return cg_trust_check(s->config, s->dev);
}

static enum cg_status guard(struct cg_guardian *g)
{
	enum cg_status st = cg_runtime_open(g->settings.runtime_dir,
					    &g->runtime);
	struct cg_logs logs;

	if (st != CG_OK) {
		return st;
	}
	st = cg_state_open(&g->settings, &g->users.broker, &g->state);
	if (st != CG_OK) {
		return st;
	}
	cg_sealing_begin(&g->settings, g->stop_fd, &g->state, g->sealing);
	st = cg_policy_lock_check(&g->settings, g->sealing,
				  &g->policy_held_by);
	if (st != CG_OK) {
		cg_sealing_end(g->sealing);
		cg_runtime_remove(&g->runtime);
		return st;
	}
	st = cg_sockets_open(&g->settings, &g->sockets);
	if (st != CG_OK) {
		return st;
	}
	cg_logs_open(&g->runtime, &g->users.broker, &logs);
	st = cg_starts_open(g);
	if (st == CG_OK) {
		st = cg_front_begin(g);
	}
	if (st == CG_OK) {
		st = cg_supervise(g);
	}
	cg_front_end(g);
	cg_starts_close(g);
	cg_sealing_end(g->sealing);
	cg_logs_close(&logs, &g->runtime);
	cg_sockets_remove(&g->sockets, &g->settings);
	cg_runtime_remove(&g->runtime);
	return st;
}

static enum cg_status run(struct cg_guardian *g)
{
	enum cg_status st;

	if (geteuid() != 0) {
		cg_log("must be started as root");
		return CG_E_DENIED;
	}
	st = check_config(&g->settings);
	if (st == CG_OK) {
		st = cg_users_find(&g->settings, &g->users);
	}
	if (st == CG_OK) {
		st = become_guardian(&g->stop_fd);
	}
	return st == CG_OK ? guard(g) : st;
}

static enum cg_status do_intent(struct cg_guardian *g, int argc, char **argv)
{
	enum cg_intent intent;
	enum cg_status st = cg_settings_read(argc, argv, &g->settings,
					     &intent);

	if (st != CG_OK) {
		return st;
	}
	if (intent != CG_INTENT_RUN) {
		print(intent == CG_INTENT_HELP ? help :
		      "credguard-launch " CG_VERSION "\n");
		return CG_OK;
	}
	return run(g);
}

int main(int argc, char **argv)
{
	struct cg_front front = { 0 };
	struct cg_starts starts = { 0 };
	/* Too large for a frame, both. */
	struct cg_guardian *g = calloc(1, sizeof(*g));
	struct cg_sealing *sealing = calloc(1, sizeof(*sealing));
	enum cg_status st = fill_standard_fds();

	if (g == NULL || sealing == NULL) {
		st = CG_E_NO_MEMORY;
	}
	if (st == CG_OK) {
		g->front = &front;
		g->starts = &starts;
		g->sealing = sealing;
		st = do_intent(g, argc, argv);
	}
	free(sealing);
	free(g);
	return st == CG_OK ? 0 : 1;
}
