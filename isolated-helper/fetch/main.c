/* SPDX-License-Identifier: GPL-3.0-or-later */
/* credguard-fetch: what the units of broker and pipe front start. Fetches
 * arguments, environment and descriptors from the guardian and becomes the
 * program, which then cannot tell who started it. */
#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/uio.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#include "idl/start.h"

#define PAUSE_MS 100
#define PAUSES 100		/* how long a guardian may take to listen */
#define WORDS 16

static const char help[] =
"Usage: credguard-fetch DIR PROGRAM\n"
"Becomes PROGRAM, started as the guardian says at DIR/socket. The number\n"
"that allows the start is in $CREDENTIALS_DIRECTORY/number (systemd's\n"
"LoadCredential=number:DIR/number).\n";

struct answer {
	int fds[CG_START_FDS];
	size_t n_fds;
	size_t len;
	char text[CG_START_ORDER_LEN];
};

static _Noreturn void die(const char *format, ...)
	__attribute__((format(printf, 1, 2)));

static _Noreturn void die(const char *format, ...)
{
	va_list args;

	(void)fputs("credguard-fetch: ", stderr);
	va_start(args, format);
	(void)vfprintf(stderr, format, args);
	va_end(args);
	(void)fputs("\n", stderr);
	exit(1);
}

static void read_number(uint8_t *number)
{
	const char *dir = getenv("CREDENTIALS_DIRECTORY");
	char path[256];
	int fd;

	if (dir == NULL) {
		die("CREDENTIALS_DIRECTORY is not set: systemd starts this"
		    " program");
	}
	(void)snprintf(path, sizeof(path), "%s/" CG_START_NUMBER, dir);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0 || read(fd, number, CG_START_NUMBER_LEN) !=
	    CG_START_NUMBER_LEN) {
		die("%s: %s", path, strerror(errno));
	}
	(void)close(fd);
}

static void pause_ms(long ms)
{
	const struct timespec length = { .tv_nsec = ms * 1000000 };

	(void)nanosleep(&length, NULL);
}

/* The unit may be faster than the guardian. */
static int connect_to(const char *dir)
{
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0);
	int n = snprintf(addr.sun_path, sizeof(addr.sun_path),
			 "%s/" CG_START_SOCKET, dir);

	if (fd < 0 || n < 0 || (size_t)n >= sizeof(addr.sun_path)) {
		die("%s: cannot connect", dir);
	}
	for (int i = 0; i < PAUSES; i++) {
		if (connect(fd, (const struct sockaddr *)&addr,
			    sizeof(addr)) == 0) {
			return fd;
		}
		if (errno != ENOENT && errno != ECONNREFUSED) {
			die("%s: %s", addr.sun_path, strerror(errno));
		}
		pause_ms(PAUSE_MS);
	}
	die("%s: nobody is there", addr.sun_path);
}

static void check_peer(int fd)
{
	struct ucred peer;
	socklen_t len = sizeof(peer);

	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0 ||
	    peer.uid != 0) {
		die("who answers is not root");
	}
}

static bool take_fds(struct msghdr *msg, struct answer *out)
{
	struct cmsghdr *head = CMSG_FIRSTHDR(msg);

	if (head == NULL || head->cmsg_level != SOL_SOCKET ||
	    head->cmsg_type != SCM_RIGHTS ||
	    head->cmsg_len > CMSG_LEN(sizeof(out->fds))) {
		return false;
	}
	out->n_fds = (head->cmsg_len - CMSG_LEN(0)) / sizeof(int);
	memcpy(out->fds, CMSG_DATA(head), out->n_fds * sizeof(int));
	return out->n_fds > 0;
}

/* Waits for as long as the vault takes to be born. */
static void receive(int fd, struct answer *out)
{
	union {
		struct cmsghdr head;
		char room[CMSG_SPACE(sizeof(out->fds))];
	} control;
	struct iovec text = { out->text, sizeof(out->text) };
	struct msghdr msg = {
		.msg_iov = &text,
		.msg_iovlen = 1,
		.msg_control = control.room,
		.msg_controllen = sizeof(control.room),
	};
	ssize_t n = recvmsg(fd, &msg, MSG_CMSG_CLOEXEC);

	if (n <= 0) {
		die("the guardian gave nothing");
	}
	/* The cast: compared before. */
	out->len = (size_t)n;
	if ((msg.msg_flags & (MSG_TRUNC | MSG_CTRUNC)) != 0 ||
	    out->text[out->len - 1] != '\0' || !take_fds(&msg, out)) {
		die("the guardian is of another version");
	}
}

/* First out of the way of their places. */
static void place(struct answer *answer)
{
	const int above = CG_START_FIRST_FD + CG_START_FDS;
	size_t n = answer->n_fds;

	for (size_t i = 0; i < n; i++) {
		answer->fds[i] = fcntl(answer->fds[i], F_DUPFD_CLOEXEC,
				       above);
	}
	for (size_t i = 0; i < n; i++) {
		/* The cast: at most CG_START_FDS. */
		if (answer->fds[i] < 0 ||
		    dup2(answer->fds[i], CG_START_FIRST_FD + (int)i) < 0) {
			die("descriptors: %s", strerror(errno));
		}
	}
	/* The cast: as above. */
	if (close_range(CG_START_FIRST_FD + (unsigned int)n, ~0U,
			CLOSE_RANGE_CLOEXEC) != 0) {
		die("close_range: %s", strerror(errno));
	}
}

static _Noreturn void become(struct answer *answer, const char *program)
{
	char *argv[WORDS + 1] = { NULL };
	char *envp[WORDS + 1] = { NULL };
	char **out = argv;
	size_t n = 0;

	for (char *word = answer->text; word < answer->text + answer->len;
	     word += strlen(word) + 1) {
		if (word[0] == '\0') {
			out = envp;
			n = 0;
		} else if (n < WORDS) {
			out[n++] = word;
		} else {
			die("too many words");
		}
	}
	(void)execve(program, argv, envp);
	die("%s: %s", program, strerror(errno));
}

int main(int argc, char **argv)
{
	uint8_t number[CG_START_NUMBER_LEN];
	struct answer answer;
	int fd;

	if (argc == 2 && strcmp(argv[1], "--help") == 0) {
		return fputs(help, stdout) >= 0 ? 0 : 1;
	}
	if (argc != 3) {
		die("two arguments are wanted: DIR PROGRAM");
	}
	if (prctl(PR_SET_DUMPABLE, 0) != 0 ||
	    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0) {
		die("prctl: %s", strerror(errno));
	}
	read_number(number);
	fd = connect_to(argv[1]);
	check_peer(fd);
	if (send(fd, number, sizeof(number), MSG_NOSIGNAL) !=
	    sizeof(number)) {
		die("send: %s", strerror(errno));
	}
	receive(fd, &answer);
	place(&answer);
	become(&answer, argv[2]);
}
