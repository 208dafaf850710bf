/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Signals are taken from a descriptor while echo is off, so that no handler
 * and no global state is needed to put the terminal back. */
#include "plugin/client/prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

#include "plugin/client/password.h"

struct prompt {
	int terminal_fd;
	int signal_fd;
	struct termios before;
	sigset_t signals;	/* held back while echo is off */
	sigset_t mask_before;
};

int cg_prompt_open_terminal(void)
{
	return open("/dev/tty", O_RDWR | O_NOCTTY | O_CLOEXEC);
}

static enum cg_status write_text(int fd, const char *text)
{
	size_t len = strlen(text);

	while (len > 0) {
		ssize_t n = write(fd, text, len);

		if (n < 0 && errno == EINTR) {
			continue;
		}
		if (n <= 0) {
			return CG_E_SYSTEM;
		}
		text += n;
		len -= (size_t)n;
	}
	return CG_OK;
}

static enum cg_status set_terminal(int fd, const struct termios *how)
{
	int result;

	do {
		result = tcsetattr(fd, TCSAFLUSH, how);
	} while (result != 0 && errno == EINTR);
	return result == 0 ? CG_OK : CG_E_SYSTEM;
}

static enum cg_status echo_off(const struct prompt *p, const char *question)
{
	struct termios silent = p->before;
	enum cg_status st;

	silent.c_lflag &= ~(tcflag_t)ECHO;
	/* The line's end is shown, and a line it is. */
	silent.c_lflag |= ECHONL | ICANON | ISIG;
	st = set_terminal(p->terminal_fd, &silent);
	if (st != CG_OK) {
		return st;
	}
	return write_text(p->terminal_fd, question);
}

static enum cg_status hold_signals(struct prompt *p)
{
	static const int held[] = {
		SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP,
	};

	(void)sigemptyset(&p->signals);
	for (size_t i = 0; i < sizeof(held) / sizeof(held[0]); i++) {
		(void)sigaddset(&p->signals, held[i]);
	}
	if (sigprocmask(SIG_BLOCK, &p->signals, &p->mask_before) != 0) {
		return CG_E_SYSTEM;
	}
	p->signal_fd = signalfd(-1, &p->signals, SFD_CLOEXEC);
	return p->signal_fd < 0 ? CG_E_SYSTEM : CG_OK;
}

static void release_signals(const struct prompt *p)
{
	if (p->signal_fd >= 0) {
		(void)close(p->signal_fd);
	}
	(void)sigprocmask(SIG_SETMASK, &p->mask_before, NULL);
}

/* Ctrl-Z: the shell gets its terminal as it was; after fg we ask again. */
static enum cg_status stop_and_ask_again(const struct prompt *p,
					 const char *question,
					 struct cg_password *password)
{
	enum cg_status st;

	cg_password_clear(password);
	st = set_terminal(p->terminal_fd, &p->before);
	if (st != CG_OK || raise(SIGSTOP) != 0) {
		return CG_E_SYSTEM;
	}
	return echo_off(p, question);
}

static enum cg_status take_signal(const struct prompt *p, int *out_signal)
{
	struct signalfd_siginfo info;

	if (read(p->signal_fd, &info, sizeof(info)) != sizeof(info)) {
		return CG_E_SYSTEM;
	}
	/* A signal number. */
	*out_signal = (int)info.ssi_signo;
	return CG_OK;
}

/* Waits for either; *out_signal is 0 when the terminal has something. */
static enum cg_status wait_once(const struct prompt *p, int *out_signal)
{
	struct pollfd fds[] = {
		{ .fd = p->signal_fd, .events = POLLIN },
		{ .fd = p->terminal_fd, .events = POLLIN },
	};
	int n;

	*out_signal = 0;
	do {
		n = poll(fds, 2, -1);
	} while (n < 0 && errno == EINTR);
	if (n < 0) {
		return CG_E_SYSTEM;
	}
	if (fds[0].revents != 0) {
		return take_signal(p, out_signal);
	}
	return CG_OK;
}

/* Until the terminal has something; CG_E_DENIED: a signal ends it all. */
static enum cg_status wait_for_input(const struct prompt *p,
				     const char *question,
				     struct cg_password *password,
				     int *out_signal)
{
	enum cg_status st;

	st = wait_once(p, out_signal);
	while (st == CG_OK && *out_signal == SIGTSTP) {
		*out_signal = 0;
		st = stop_and_ask_again(p, question, password);
		if (st == CG_OK) {
			st = wait_once(p, out_signal);
		}
	}
	if (st == CG_OK && *out_signal != 0) {
		return CG_E_DENIED;
	}
	return st;
}

static enum cg_status read_answer(const struct prompt *p, const char *question,
				  struct cg_password *password,
				  int *out_signal)
{
	bool done = false;
	enum cg_status st;

	while (!done) {
		st = wait_for_input(p, question, password, out_signal);
		if (st != CG_OK) {
			return st;
		}
		st = cg_password_read_byte(password, p->terminal_fd, &done);
		if (st != CG_OK) {
			return st;
		}
	}
	return cg_password_bytes(password).len == 0 ? CG_E_NOT_FOUND : CG_OK;
}

enum cg_status cg_prompt_password(int terminal_fd, const char *question,
				  struct cg_password *password,
				  int *out_signal)
{
	struct prompt p = { .terminal_fd = terminal_fd, .signal_fd = -1 };
	enum cg_status st;

	*out_signal = 0;
	if (tcgetattr(terminal_fd, &p.before) != 0 ||
	    sigprocmask(SIG_BLOCK, NULL, &p.mask_before) != 0) {
		return CG_E_SYSTEM;
	}
	st = hold_signals(&p);
	if (st == CG_OK) {
		st = echo_off(&p, question);
	}
	if (st == CG_OK) {
		st = read_answer(&p, question, password, out_signal);
	}
	if (set_terminal(terminal_fd, &p.before) != CG_OK && st == CG_OK) {
		st = CG_E_SYSTEM;
	}
	if (*out_signal != 0) {
		(void)write_text(terminal_fd, "\n");
	}
	release_signals(&p);
	if (st != CG_OK) {
		cg_password_clear(password);
	}
	return st;
}
