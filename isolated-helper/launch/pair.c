/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See pair.h. */
#include "isolated-helper/launch/pair.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "isolated-helper/launch/birth.h"
#include "isolated-helper/launch/log.h"
#include "isolated-helper/launch/protection.h"
#include "isolated-helper/launch/spawn_broker.h"
#include "isolated-helper/launch/spawn_vault.h"

#define BUFFER_LEN (4 << 20)	/* CG_MSG_MAX fits in with all overhead */

enum { BROKER_END, VAULT_END };

static bool set_buffer(int fd, int option)
{
	const int len = BUFFER_LEN;

	return setsockopt(fd, SOL_SOCKET, option, &len, sizeof(len)) == 0;
}

static enum cg_status make_channel(int *ends)
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
		cg_log("socketpair: %s", strerror(errno));
		return CG_E_SYSTEM;
	}
	for (int i = 0; i < 2; i++) {
		if (!set_buffer(ends[i], SO_SNDBUFFORCE) ||
		    !set_buffer(ends[i], SO_RCVBUFFORCE)) {
			cg_log("socket buffer: %s", strerror(errno));
			(void)close(ends[0]);
			(void)close(ends[1]);
			return CG_E_SYSTEM;
		}
	}
	return CG_OK;
}

/* Its exit code says more than a closed channel does. */
static bool has_ended(const struct cg_child *child)
{
	struct pollfd fd = { .fd = child->pidfd, .events = POLLIN };

	return child->name != NULL && poll(&fd, 1, 200) == 1;
}

static enum cg_status bear_vault(const struct cg_guardian *g,
				 const int *ends, struct cg_child *vault)
{
	struct cg_birth birth;
	enum cg_status st;

	st = cg_birth(&g->settings, ends[BROKER_END], g->stop_fd, &birth);
	if (st == CG_OK) {
		st = cg_protection_judge(&g->settings, &birth);
	}
	if (st == CG_OK) {
		st = cg_runtime_publish_key(&g->runtime, birth.pubkey);
	}
	if (st == CG_E_UNAVAILABLE && has_ended(vault)) {
		cg_child_reap(vault);
	}
	return st;
}

static enum cg_status start(const struct cg_guardian *g, int *ends,
			    struct cg_pair *out)
{
	enum cg_status st;

	st = cg_spawn_vault(&g->settings, &g->users.vault, ends[VAULT_END],
			    &out->vault);
	/* From here on the vault alone holds its end: its death is seen. */
	(void)close(ends[VAULT_END]);
	if (st != CG_OK) {
		return st;
	}
	st = bear_vault(g, ends, &out->vault);
	if (st != CG_OK) {
		return st;
	}
	return cg_spawn_broker(&g->settings, &g->users.broker, &g->sockets,
			       ends[BROKER_END], &out->broker);
}

static void end(struct cg_pair *pair)
{
	cg_child_kill(&pair->vault);
	cg_child_kill(&pair->broker);
}

enum cg_status cg_pair_start(const struct cg_guardian *g, struct cg_pair *out)
{
	enum cg_status st;
	int ends[2];

	*out = (struct cg_pair){ 0 };
	st = make_channel(ends);
	if (st != CG_OK) {
		return st;
	}
	st = start(g, ends, out);
	(void)close(ends[BROKER_END]);
	if (st != CG_OK) {
		end(out);
		return st;
	}
	cg_log("vault is pid %d, broker is pid %d", (int)out->vault.pid,
	       (int)out->broker.pid);
	return CG_OK;
}

enum cg_status cg_pair_watch(const struct cg_guardian *g, struct cg_pair *pair)
{
	struct pollfd fds[] = {
		{ .fd = g->stop_fd, .events = POLLIN },
		{ .fd = pair->vault.pidfd, .events = POLLIN },
		{ .fd = pair->broker.pidfd, .events = POLLIN },
	};

	while (poll(fds, 3, -1) < 0 && errno == EINTR) {
	}
	if (fds[0].revents != 0) {
		end(pair);
		return CG_E_UNAVAILABLE;
	}
	if (fds[1].revents != 0) {
		cg_child_reap(&pair->vault);
	}
	if (fds[2].revents != 0) {
		cg_child_reap(&pair->broker);
	}
	end(pair);
	return CG_OK;
}
