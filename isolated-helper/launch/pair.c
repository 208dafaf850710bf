/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See pair.h. */
#include "isolated-helper/launch/pair.h"

#include <errno.h>
#include <poll.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include "idl/exit_codes.h"
#include "idl/limits.h"
#include "isolated-helper/launch/birth.h"
#include "isolated-helper/launch/front.h"
#include "isolated-helper/launch/keytab.h"
#include "isolated-helper/launch/log.h"
#include "isolated-helper/launch/order.h"
#include "isolated-helper/launch/policy_lock.h"
#include "isolated-helper/launch/protection.h"
#include "isolated-helper/launch/sealing.h"
#include "isolated-helper/launch/spawn_broker.h"
#include "isolated-helper/launch/spawn_vault.h"
#include "isolated-helper/launch/starts.h"

#define END_MS 200		/* between a closed channel and an exit code */
#define LOOK_MS 1000		/* at the keytab */
#define BUFFER_LEN (4 << 20)	/* or as much as the kernel lets us have */
#define BUFFER_MIN (CG_MSG_MAX + 4096U)	/* of the largest message */

static const struct cg_exit_text vault_exits[] = {
	{ CG_EXIT_EOF, "its channel was closed" },
	{ CG_EXIT_USAGE, "wrong arguments: is it of another version?" },
	{ CG_EXIT_NO_SECRET_MEMORY,
	  "no memory that root cannot read: memfd_secret needs kernel 6.5, "
	  "or 5.14 with secretmem.enable=1, and, without CAP_IPC_LOCK, a "
	  "limit of locked memory (ulimit -l) above arena_mib in [vault]; "
	  "secret_memory = mlock there does without the former" },
	{ CG_EXIT_SANDBOX,
	  "a protection could not be set up; if user namespaces are switched "
	  "off, see the sysctls user.max_user_namespaces, "
	  "kernel.unprivileged_userns_clone and "
	  "kernel.apparmor_restrict_unprivileged_userns" },
	{ CG_EXIT_BIRTH, "Kerberos or crypto did not start" },
	{ CG_EXIT_PROTO, "it got a malformed or out of phase message" },
	{ 127, "the loader did not find all of its libraries" },
	{ 0, NULL },
};

enum { BROKER_END, VAULT_END };

/* Sockets of this family have none for what they receive. */
static bool set_buffer(int fd)
{
	const int wanted = BUFFER_LEN;
	unsigned int len = 0;
	socklen_t size = sizeof(len);

	if (setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &wanted, sizeof(wanted)) != 0
	    || getsockopt(fd, SOL_SOCKET, SO_SNDBUF, &len, &size) != 0) {
		cg_log("socket buffer: %s", strerror(errno));
		return false;
	}
	if (len < BUFFER_MIN) {
		cg_log("net.core.wmem_max is too small: sysctl "
		       "net.core.wmem_max=%u mends it", BUFFER_MIN);
		return false;
	}
	return true;
}

/* A vault that hears nothing for so long looks for what was left lying. */
static bool set_idle(int vault_end)
{
	const struct timeval idle = { .tv_sec = 30 };

	return setsockopt(vault_end, SOL_SOCKET, SO_RCVTIMEO, &idle,
			  sizeof(idle)) == 0;
}

static enum cg_status make_channel(int *ends)
{
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) != 0) {
		cg_log("socketpair: %s", strerror(errno));
		return CG_E_SYSTEM;
	}
	if (!set_buffer(ends[0]) || !set_buffer(ends[1]) ||
	    !set_idle(ends[VAULT_END])) {
		(void)close(ends[0]);
		(void)close(ends[1]);
		return CG_E_SYSTEM;
	}
	return CG_OK;
}

static enum cg_status bear_vault(const struct cg_guardian *g, int channel,
				 const struct cg_keytab *keytab,
				 struct cg_pair *pair)
{
	const struct cg_birth_pack pack = {
		.settings = &g->settings,
		.keytab = keytab,
		.handover_key = pair->handover.key,
		.state = &g->state,
	};
	struct cg_birth birth;
	enum cg_status st;

	st = cg_birth(&pack, channel, g->stop_fd, &birth);
	if (st == CG_OK) {
		st = cg_protection_judge(&g->settings, &birth);
	}
	if (st == CG_OK) {
		st = cg_runtime_publish_key(&g->runtime, birth.pubkey);
	}
	if (st == CG_E_UNAVAILABLE) {
		cg_child_reap(&pair->vault, END_MS, vault_exits);
	}
	return st;
}

static int wait_ms(const struct cg_guardian *g)
{
	int due = cg_front_due_ms(g->front);

	return due >= 0 && due < LOOK_MS ? due : LOOK_MS;
}

/* Until its unit comes for it. */
static enum cg_status await_broker(const struct cg_guardian *g,
				   struct cg_order *order,
				   struct cg_pair *out)
{
	struct cg_pickup *pickup = &g->starts->broker;
	struct pollfd fds[] = {
		{ .fd = g->stop_fd, .events = POLLIN },
		{ .fd = out->vault.pidfd, .events = POLLIN },
		{ .fd = pickup->fd, .events = POLLIN },
	};
	enum cg_status st;

	do {
		st = cg_pickup_give(pickup, order, &out->broker);
		if (st != CG_E_UNAVAILABLE) {
			return st;
		}
		(void)poll(fds, 3, wait_ms(g));
		cg_front_tend(g);
	} while (fds[0].revents == 0 && fds[1].revents == 0);
	return CG_E_UNAVAILABLE;
}

static enum cg_status start_broker(const struct cg_guardian *g, int channel,
				   int handover_end, struct cg_pair *out)
{
	const struct cg_broker_with with = {
		.channel = channel,
		.sockets = &g->sockets,
		.guardian = handover_end,
		.verifiers = g->state.verifiers,
		.policy_held_by = g->policy_held_by,
	};
	struct cg_order order;

	cg_broker_order(&g->settings, &g->users, &with, &order);
	if (g->starts != NULL) {
		return await_broker(g, &order, out);
	}
	return cg_spawn_broker(&g->settings, &g->users, &order,
			       &out->broker);
}

static enum cg_status start_both(const struct cg_guardian *g, int channel,
				 struct cg_pair *out)
{
	struct cg_keytab *keytab;
	int handover_end;
	enum cg_status st;

	st = cg_handover_open(g->settings.keytab, &out->handover,
			      &handover_end, &keytab);
	if (st == CG_OK) {
		st = bear_vault(g, channel, keytab, out);
	}
	cg_keytab_forget(&keytab);
	if (st == CG_OK) {
		st = start_broker(g, channel, handover_end, out);
	}
	if (handover_end >= 0) {
		(void)close(handover_end);
	}
	return st;
}

static enum cg_status start(const struct cg_guardian *g, int *ends,
			    struct cg_pair *out)
{
	const struct cg_vault_fds fds = { ends[VAULT_END], g->state.seen };
	enum cg_status st;

	st = cg_spawn_vault(&g->settings, &g->users.vault, &fds, &out->vault);
	/* From here on the vault alone holds its end: its death is seen. */
	(void)close(ends[VAULT_END]);
	if (st != CG_OK) {
		return st;
	}
	return start_both(g, ends[BROKER_END], out);
}

static void end(struct cg_pair *pair)
{
	cg_child_kill(&pair->vault);
	cg_child_kill(&pair->broker);
	cg_handover_close(&pair->handover);
}

enum cg_status cg_pair_start(const struct cg_guardian *g, struct cg_pair *out)
{
	enum cg_status st;
	int ends[2];

	*out = (struct cg_pair){ .handover = { .to_broker = -1 } };
	st = cg_policy_lock_again(&g->settings);
	if (st == CG_OK) {
		st = make_channel(ends);
	}
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
		{ .events = POLLIN },
	};

	do {
		fds[3].fd = cg_front_pidfd(g->front);
		(void)poll(fds, 4, wait_ms(g));
		cg_front_tend(g);
		cg_handover_look(&pair->handover);
		cg_sealing_look(g->sealing);
	} while (fds[0].revents == 0 && fds[1].revents == 0 &&
		 fds[2].revents == 0);
	if (fds[0].revents != 0) {
		end(pair);
		return CG_E_UNAVAILABLE;
	}
	/* Each ends when the other does, so both may have something to say. */
	cg_child_reap(&pair->vault, END_MS, vault_exits);
	cg_child_reap(&pair->broker, END_MS, NULL);
	end(pair);
	return CG_OK;
}
