/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the socket itself costs: reads a request and sends as many bytes as it
 * asks for, nothing else. For kcm_client --floor; one connection at a time. */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "idl/cursor.h"

#define REQUEST_MAX (64U * 1024U)
#define REQUEST_HEADER_LEN 8U		/* length; length of the results */
#define ANSWER_HEADER_LEN 12U
#define ANSWER_MAX (24U * 1024U * 1024U)

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static int listen_at(const char *path)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	(void)snprintf(name.sun_path, sizeof(name.sun_path), "%s", path);
	(void)umask(0);
	if (fd < 0
	    || bind(fd, (const struct sockaddr *)&name, sizeof(name)) != 0
	    || listen(fd, 16) != 0) {
		fail(path);
	}
	return fd;
}

/* False at the end of the connection. *results_len: what is asked for. */
static bool read_request(int fd, uint8_t *buffer, size_t *results_len)
{
	size_t len = 0;
	size_t whole = REQUEST_HEADER_LEN;

	while (len < whole) {
		ssize_t n = recv(fd, buffer + len, REQUEST_MAX - len, 0);
		struct cg_reader r;

		if (n <= 0) {
			return false;
		}
		len += (size_t)n;
		r = cg_reader_of(buffer, len);
		whole = 4 + (size_t)cg_reader_u32_be(&r);
		*results_len = cg_reader_u32_be(&r);
		if (r.failed) {
			whole = REQUEST_HEADER_LEN;
		}
	}
	return whole <= REQUEST_MAX;
}

static bool send_answer(int fd, uint8_t *answer, size_t results_len)
{
	struct cg_writer head = cg_writer_of(answer, 4);
	size_t len = ANSWER_HEADER_LEN + results_len;
	size_t sent = 0;

	if (len > ANSWER_MAX) {
		return false;
	}
	cg_writer_u32_be(&head, (uint32_t)(len - 8));
	while (sent < len) {
		ssize_t n = send(fd, answer + sent, len - sent, MSG_NOSIGNAL);

		if (n <= 0) {
			return false;
		}
		sent += (size_t)n;
	}
	return true;
}

int main(int argc, char **argv)
{
	static uint8_t request[REQUEST_MAX];
	uint8_t *answer = calloc(1, ANSWER_MAX);
	int listener;

	if (argc != 2 || answer == NULL) {
		fprintf(stderr, "usage: kcm_floor SOCKET\n");
		return 1;
	}
	listener = listen_at(argv[1]);
	for (;;) {
		int fd = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
		size_t results_len = 0;

		if (fd < 0) {
			fail("accept");
		}
		while (read_request(fd, request, &results_len)
		       && send_answer(fd, answer, results_len)) {
		}
		(void)close(fd);
	}
}
