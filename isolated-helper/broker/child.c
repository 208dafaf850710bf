/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See child.h. A process is killed by its number only while it has not been
 * waited for, so that the number cannot be another's. */
#include "isolated-helper/broker/child.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdbool.h>
#include <string.h>
#include <sys/pidfd.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <unistd.h>

#include "isolated-helper/broker/req.h"

struct child_state {
	struct tevent_req *req;
	struct tevent_context *ev;
	pid_t pid;		/* 0: not started, or ended */
	int pipe_fd;
	struct tevent_fd *fde;
	char *text;		/* CG_CHILD_OUTPUT_MAX + 1 */
	size_t len;
};

/* Waits for the end of a killed process; nobody else cares for it. */
struct mourner {
	pid_t pid;
	struct tevent_fd *fde;	/* closes the pidfd with itself */
};

static void process_ended(struct tevent_context *ev, struct tevent_fd *fde,
			  uint16_t flags, void *private_data)
{
	struct mourner *mourner = talloc_get_type_abort(private_data,
							struct mourner);

	(void)ev;
	(void)fde;
	(void)flags;
	(void)waitpid(mourner->pid, NULL, WNOHANG);
	talloc_free(mourner);
}

static bool mourn(struct tevent_context *ev, pid_t pid, int pidfd)
{
	struct mourner *mourner = talloc_zero(ev, struct mourner);

	if (mourner == NULL) {
		return false;
	}
	mourner->pid = pid;
	mourner->fde = tevent_add_fd(ev, mourner, pidfd, TEVENT_FD_READ,
				     process_ended, mourner);
	if (mourner->fde == NULL) {
		talloc_free(mourner);
		return false;
	}
	tevent_fd_set_auto_close(mourner->fde);
	return true;
}

/* A killed process may take its time (network file systems), and waiting for
 * it would block: its pidfd tells. */
static void end_process(struct tevent_context *ev, pid_t pid)
{
	int pidfd;

	(void)kill(pid, SIGKILL);
	if (waitpid(pid, NULL, WNOHANG) != 0) {
		return;
	}
	pidfd = pidfd_open(pid, 0);
	if (pidfd >= 0 && mourn(ev, pid, pidfd)) {
		return;
	}
	if (pidfd >= 0) {
		(void)close(pidfd);
	}
	(void)waitpid(pid, NULL, 0);
}

/* Also when the caller lost interest. */
static void end_child(struct tevent_req *req, enum tevent_req_state req_state)
{
	struct child_state *state = tevent_req_data(req, struct child_state);

	(void)req_state;
	if (state->pid == 0) {
		return;
	}
	TALLOC_FREE(state->fde);
	(void)close(state->pipe_fd);
	end_process(state->ev, state->pid);
	state->pid = 0;
}

static void took_too_long(struct tevent_context *ev, struct tevent_timer *te,
			  struct timeval now, void *private_data)
{
	struct tevent_req *req = talloc_get_type_abort(private_data,
						       struct tevent_req);

	(void)ev;
	(void)te;
	(void)now;
	tevent_req_done(req);
}

static void something_printed(struct tevent_context *ev,
			      struct tevent_fd *fde, uint16_t flags,
			      void *private_data)
{
	struct child_state *state = talloc_get_type_abort(private_data,
							  struct child_state);
	ssize_t n = read(state->pipe_fd, state->text + state->len,
			 CG_CHILD_OUTPUT_MAX - state->len);

	(void)ev;
	(void)fde;
	(void)flags;
	if (n < 0 && (errno == EINTR || errno == EAGAIN)) {
		return;
	}
	if (n > 0) {
		state->len += (size_t)n;
	}
	/* A full buffer reads as an end, too. */
	if (n <= 0) {
		tevent_req_done(state->req);
	}
}

static enum cg_status spawn(struct child_state *state,
			    const char *const argv[], int out_fd)
{
	posix_spawn_file_actions_t actions;
	/* posix_spawn does not write to its arguments. */
	char *const *args = (char *const *)(uintptr_t)argv;
	int error = posix_spawn_file_actions_init(&actions);

	if (error != 0) {
		return CG_E_NO_MEMORY;
	}
	error = posix_spawn_file_actions_addopen(&actions, STDIN_FILENO,
						 "/dev/null", O_RDONLY, 0);
	if (error == 0) {
		error = posix_spawn_file_actions_adddup2(&actions, out_fd,
							 STDOUT_FILENO);
	}
	if (error == 0) {
		/* Also what libraries opened without O_CLOEXEC. */
		error = posix_spawn_file_actions_addclosefrom_np(
			&actions, STDERR_FILENO + 1);
	}
	if (error == 0) {
		error = posix_spawn(&state->pid, args[0], &actions, NULL,
				    args, environ);
	}
	(void)posix_spawn_file_actions_destroy(&actions);
	return error == 0 ? CG_OK : CG_E_SYSTEM;
}

static enum cg_status start(struct child_state *state,
			    const char *const argv[])
{
	enum cg_status st;
	int ends[2];

	state->text = talloc_zero_array(state, char, CG_CHILD_OUTPUT_MAX + 1);
	if (state->text == NULL) {
		return CG_E_NO_MEMORY;
	}
	if (pipe2(ends, O_CLOEXEC) != 0) {
		return CG_E_SYSTEM;
	}
	st = spawn(state, argv, ends[1]);
	(void)close(ends[1]);
	if (st != CG_OK) {
		(void)close(ends[0]);
		return st;
	}
	state->pipe_fd = ends[0];
	return CG_OK;
}

static enum cg_status watch(struct child_state *state, uint32_t limit_s)
{
	struct timeval end = tevent_timeval_current_ofs(limit_s, 0);

	state->fde = tevent_add_fd(state->ev, state, state->pipe_fd,
				   TEVENT_FD_READ, something_printed, state);
	if (state->fde == NULL
	    || tevent_add_timer(state->ev, state, end, took_too_long,
				state->req) == NULL) {
		return CG_E_NO_MEMORY;
	}
	return CG_OK;
}

struct tevent_req *cg_child_send(TALLOC_CTX *mem_ctx,
				 struct tevent_context *ev,
				 const char *const argv[], uint32_t limit_s)
{
	struct tevent_req *req;
	struct child_state *state;
	enum cg_status st;

	req = tevent_req_create(mem_ctx, &state, struct child_state);
	if (req == NULL) {
		return NULL;
	}
	state->req = req;
	state->ev = ev;
	tevent_req_set_cleanup_fn(req, end_child);
	st = start(state, argv);
	if (st == CG_OK) {
		st = watch(state, limit_s);
	}
	if (st != CG_OK) {
		return cg_req_post(req, ev, st);
	}
	return req;
}

enum cg_status cg_child_recv(struct tevent_req *req, TALLOC_CTX *mem_ctx,
			     char **out)
{
	struct child_state *state = tevent_req_data(req, struct child_state);
	enum cg_status st = cg_req_status(req);
	char *last;

	*out = NULL;
	if (st == CG_OK) {
		state->text[state->len] = '\0';
		last = strrchr(state->text, '\n');
		state->text[last != NULL ? last + 1 - state->text : 0] = '\0';
		*out = talloc_move(mem_ctx, &state->text);
	}
	tevent_req_received(req);
	return st;
}
