/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A broker that says hello to the vault, greets whoever connects with its
 * pid and uid, and ends with the vault; for tests of the guardian. */
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "idl/cg_idl.h"
#include "idl/limits.h"

#define KCM_FD 4
#define CLIENT_FD 5

static int say_hello(void)
{
	const struct cg_header header = { .op = CG_OP_HELLO, .id = 7 };
	const struct cg_hello_in hello = { .version = CG_WIRE_VERSION };
	uint8_t msg[256];
	struct cg_writer w = cg_writer_of(msg, sizeof(msg));
	size_t len;

	if (cg_push_header(&w, &header) != CG_OK ||
	    cg_push_hello_in(&w, &hello) != CG_OK ||
	    cg_writer_finish(&w, &len) != CG_OK) {
		return -1;
	}
	return send(CG_CHANNEL_FD, msg, len, MSG_NOSIGNAL) < 0 ? -1 : 0;
}

static void greet(int listener)
{
	int fd = accept(listener, NULL, NULL);

	if (fd >= 0) {
		(void)dprintf(fd, "%d %d\n", (int)getpid(), (int)getuid());
		(void)close(fd);
	}
}

static int serve(void)
{
	struct pollfd fds[] = {
		{ .fd = CG_CHANNEL_FD, .events = POLLIN },
		{ .fd = KCM_FD, .events = POLLIN },
		{ .fd = CLIENT_FD, .events = POLLIN },
	};
	uint8_t msg[256];

	while (poll(fds, 3, -1) > 0) {
		if (fds[0].revents != 0 &&
		    recv(CG_CHANNEL_FD, msg, sizeof(msg), 0) <= 0) {
			return 0;
		}
		for (int i = 1; i < 3; i++) {
			if (fds[i].revents != 0) {
				greet(fds[i].fd);
			}
		}
	}
	return 1;
}

int main(void)
{
	const char *listen = getenv("CG_LISTEN");

	if (listen == NULL ||
	    strcmp(listen, "kcm=4,client=5,guardian=6,verifiers=7") != 0 ||
	    say_hello() != 0) {
		return 3;
	}
	return serve();
}
