/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See tpm.h. */
#include "isolated-helper/launch/tpm.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <poll.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "isolated-helper/launch/child.h"
#include "isolated-helper/launch/log.h"
#include "isolated-helper/launch/sealing.h"
#include "isolated-helper/launch/settings.h"
#include "isolated-helper/launch/spawn.h"
#include "isolated-helper/launch/state.h"
#include "isolated-helper/launch/trust.h"

#define TPM_GROUP "tss"		/* may open /dev/tpmrm0 */
#define WAIT_MS 30000		/* a slow TPM makes a key in some seconds */
#define MARK_WAIT_MS 15000	/* and has said so before, or is asked only */
#define DEVICE "device:"

struct run {
	const struct cg_settings *settings;
	const struct cg_state *state;
	const char *command;
	const char *tcti;
	const char *pcrs;
	int wait_ms;
	int stop_fd;		/* -1: the guardian ends already */
	char tag[CG_LEDGER_TAG_LEN * 2 + 1];	/* "": as it was */
	int out[2];		/* the key; its end is the program's */
};

/* Without asking winbindd where the machine has no such group: what waits for
 * it may wait for us. */
static void take_group(int link)
{
	const struct group *tss;

	cg_spawn_must(link, setenv("_NO_WINBINDD", "1", 1), "setenv");
	tss = getgrnam(TPM_GROUP);
	if (tss != NULL) {
		cg_spawn_must(link, setgroups(1, &tss->gr_gid), "setgroups");
	}
}

static _Noreturn void be_program(int link, const struct run *run)
{
	char name[] = "credguard-tpm";
	char tcti[] = "--tcti";
	char pcrs[] = "--pcrs";
	char quiet[] = "TSS2_LOG=all+none";
	char where[CG_PATH_LEN];
	char which[CG_PCRS_LEN];
	char command[16];
	char option[] = "--tag";
	char tag[sizeof(run->tag)];
	char *argv[] = { name, tcti, where, pcrs, which, command, NULL, NULL,
			 NULL };
	char *envp[] = { quiet, NULL };
	/* Without a state directory just something. */
	int fds[] = { run->state->dir >= 0 ? run->state->dir : run->out[1] };

	(void)snprintf(where, sizeof(where), "%s", run->tcti);
	(void)snprintf(which, sizeof(which), "%s", run->pcrs);
	memcpy(command, run->command, strlen(run->command) + 1);
	memcpy(tag, run->tag, sizeof(tag));
	if (tag[0] != '\0') {
		argv[6] = option;
		argv[7] = tag;
	}
	cg_spawn_wait_go(link);
	cg_spawn_must(link, dup2(run->out[1], STDOUT_FILENO), "dup2");
	cg_spawn_place(link, fds, 1);
	take_group(link);
	cg_spawn_exec(link, run->settings->sealing.program, argv, envp);
}

/* false: in vain. */
static bool await_output(const struct run *run)
{
	struct pollfd fds[] = {
		{ .fd = run->out[0], .events = POLLIN },
		{ .fd = run->stop_fd, .events = POLLIN },
	};
	int n = poll(fds, 2, run->wait_ms);

	if (n == 0) {
		cg_log("credguard-tpm: no answer from the TPM within %d s",
		       run->wait_ms / 1000);
	}
	return n > 0 && fds[1].revents == 0;
}

/* CG_OK: got len bytes, and then the end. */
static enum cg_status read_all(const struct run *run, uint8_t *out, size_t len)
{
	size_t got = 0;
	uint8_t more;

	for (;;) {
		bool is_full = got == len;
		ssize_t n;

		if (!await_output(run)) {
			return CG_E_UNAVAILABLE;
		}
		n = read(run->out[0], is_full ? &more : out + got,
			 is_full ? 1 : len - got);
		if (n <= 0 || is_full) {
			return n == 0 && is_full ? CG_OK : CG_E_UNAVAILABLE;
		}
		got += (size_t)n;
	}
}

/* It has closed its output: it ends, or has. */
static bool succeeded(const struct cg_child *child)
{
	siginfo_t info = { 0 };

	return waitid(P_PIDFD, (id_t)child->pidfd, &info,
		      WEXITED | WNOWAIT) == 0 &&
	       info.si_code == CLD_EXITED && info.si_status == 0;
}

static enum cg_status run_program(struct run *run, uint8_t *out, size_t len)
{
	struct cg_child child = { 0 };
	enum cg_status st;
	int link;

	st = cg_spawn("credguard-tpm", 0, 0, &child, &link);
	if (st == CG_OK && child.pid == 0) {
		be_program(link, run);
	}
	(void)close(run->out[1]);
	if (st == CG_OK) {
		st = cg_spawn_go(&child, link);
	}
	if (st == CG_OK) {
		st = read_all(run, out, len);
	}
	if (st == CG_OK && !succeeded(&child)) {
		st = CG_E_UNAVAILABLE;
	}
	cg_child_kill(&child);
	return st;
}

static enum cg_status start(struct run *run, uint8_t *out, size_t len)
{
	enum cg_status st;

	if (cg_trust_check(run->settings->sealing.program,
			   run->settings->dev) != CG_OK) {
		return CG_E_UNAVAILABLE;
	}
	if (pipe2(run->out, O_CLOEXEC) != 0) {
		cg_log("credguard-tpm: %s", strerror(errno));
		return CG_E_UNAVAILABLE;
	}
	st = run_program(run, out, len);
	(void)close(run->out[0]);
	return st;
}

static void put_hex(const uint8_t *tag, char *out)
{
	for (size_t i = 0; i < CG_LEDGER_TAG_LEN; i++) {
		(void)snprintf(out + 2 * i, 3, "%02x", tag[i]);
	}
}

_Static_assert(sizeof(struct cg_tpm_sealed) == CG_SEALING_KEY_LEN +
	       CG_LEDGER_TAG_LEN + 1, "as the program writes it");

static struct run with_key(const struct cg_settings *s, int stop_fd,
			   const struct cg_state *state, const char *command)
{
	return (struct run){
		.settings = s, .state = state, .command = command,
		.tcti = s->sealing.tcti, .pcrs = s->sealing.pcrs,
		.wait_ms = WAIT_MS, .stop_fd = stop_fd,
	};
}

enum cg_status cg_tpm_begin(const struct cg_settings *s, int stop_fd,
			    const struct cg_state *state, const uint8_t *tag,
			    struct cg_tpm_sealed *out)
{
	struct run run = with_key(s, stop_fd, state, "begin");

	if (tag != NULL) {
		put_hex(tag, run.tag);
	}
	return start(&run, (uint8_t *)out, sizeof(*out));
}

enum cg_status cg_tpm_anew(const struct cg_settings *s, int stop_fd,
			   const struct cg_state *state,
			   struct cg_tpm_sealed *out)
{
	struct run run = with_key(s, stop_fd, state, "anew");

	return start(&run, (uint8_t *)out, sizeof(*out));
}

enum cg_status cg_tpm_key(const struct cg_settings *s, int stop_fd,
			  const struct cg_state *state, uint8_t *key)
{
	struct run run = with_key(s, stop_fd, state, "key");

	return start(&run, key, CG_SEALING_KEY_LEN);
}

enum cg_status cg_tpm_mark(const struct cg_sealing *sealing, const char *tcti,
			   enum cg_tpm_mark what, bool *is_locked)
{
	static const char *const commands[] = {
		[CG_TPM_MARK_ASK] = "ask",
		[CG_TPM_MARK_SET] = "lock",
		[CG_TPM_MARK_CLEAR] = "unlock",
	};
	struct run run = {
		.settings = sealing->settings, .state = sealing->state,
		.command = commands[what], .tcti = tcti, .pcrs = "",
		.wait_ms = MARK_WAIT_MS, .stop_fd = sealing->stop_fd,
	};
	uint8_t byte = 0;
	enum cg_status st = start(&run, &byte, 1);

	*is_locked = st == CG_OK && byte == 1;
	return st;
}

bool cg_tpm_is_there(const char *tcti)
{
	size_t len = sizeof(DEVICE) - 1;

	return strncmp(tcti, DEVICE, len) != 0 ||
	       access(tcti + len, F_OK) == 0;
}
