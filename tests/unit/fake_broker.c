/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything here that fails ends the child or the test. */
#include "tests/unit/fake_broker.h"

#include <setjmp.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "idl/limits.h"

static jmp_buf client_has_gone;

static void must(int ok, const char *what)
{
	if (!ok) {
		perror(what);
		abort();
	}
}

void fake_broker_make(struct fake_broker *broker)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	*broker = (struct fake_broker){ .dir = "/tmp/cg-fake-XXXXXX" };
	must(mkdtemp(broker->dir) != NULL, "mkdtemp");
	must(chmod(broker->dir, 0755) == 0, "chmod");
	(void)snprintf(broker->socket_path, sizeof(broker->socket_path),
		       "%s/client.sock", broker->dir);
	strcpy(address.sun_path, broker->socket_path);
	broker->listen_fd = socket(AF_UNIX, SOCK_SEQPACKET, 0);
	must(bind(broker->listen_fd, (void *)&address,
		  sizeof(address)) == 0, "bind");
	must(chmod(broker->socket_path, 0666) == 0, "chmod");
}

static void serve(const struct fake_broker *broker, fake_broker_fn fn)
{
	for (;;) {
		volatile int conn = accept(broker->listen_fd, NULL, NULL);

		must(conn >= 0, "accept");
		if (setjmp(client_has_gone) == 0) {
			fn(conn);
		}
		close(conn);
	}
}

static void child(const struct fake_broker *broker, uid_t uid,
		  fake_broker_fn fn, int ready_fd)
{
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	must(setresuid(uid, uid, uid) == 0, "setresuid");
	/* A backlog of 0 lets one connection wait. */
	must(listen(broker->listen_fd, fn == NULL ? 0 : 16) == 0, "listen");
	must(write(ready_fd, "r", 1) == 1, "write");
	if (fn == NULL) {
		pause();
	}
	serve(broker, fn);
}

void fake_broker_serve(struct fake_broker *broker, uid_t uid,
		       fake_broker_fn fn)
{
	char ready;
	int ends[2];

	must(pipe(ends) == 0, "pipe");
	broker->pid = fork();
	must(broker->pid >= 0, "fork");
	if (broker->pid == 0) {
		child(broker, uid, fn, ends[1]);
		_exit(1);
	}
	close(ends[1]);
	must(read(ends[0], &ready, 1) == 1, "the fake broker did not start");
	close(ends[0]);
}

void fake_broker_end(struct fake_broker *broker)
{
	char path[64];

	if (broker->pid > 0) {
		kill(broker->pid, SIGKILL);
		waitpid(broker->pid, NULL, 0);
	}
	close(broker->listen_fd);
	unlink(broker->socket_path);
	(void)snprintf(path, sizeof(path), "%s/vault.pub", broker->dir);
	unlink(path);
	rmdir(broker->dir);
}

struct cg_header fake_broker_request(int conn)
{
	static uint8_t data[CG_MSG_MAX];
	struct cg_header header;
	struct cg_reader r;
	ssize_t n = recv(conn, data, sizeof(data), 0);

	if (n <= 0) {
		longjmp(client_has_gone, 1);
	}
	r = cg_reader_of(data, (size_t)n);
	must(cg_pull_header(&r, &header) == CG_OK, "header");
	return header;
}

struct cg_writer fake_broker_reply(const struct cg_header *request,
				   uint32_t status, uint32_t detail)
{
	static uint8_t data[CG_MSG_MAX];
	struct cg_writer w = cg_writer_of(data, sizeof(data));
	struct cg_header header = *request;

	header.status = status;
	header.detail = detail;
	must(cg_push_header(&w, &header) == CG_OK, "header");
	return w;
}

void fake_broker_send(int conn, const struct cg_writer *w)
{
	must(send(conn, w->data, w->len, MSG_NOSIGNAL) >= 0, "send");
}

void fake_broker_hello(int conn)
{
	const struct cg_client_hello_out hello = {
		.version = CG_WIRE_VERSION,
	};
	struct cg_header request = fake_broker_request(conn);
	struct cg_writer w = fake_broker_reply(&request, CG_OK, 0);

	must(request.op == CG_CLIENT_OP_HELLO, "hello comes first");
	must(cg_push_client_hello_out(&w, &hello) == CG_OK, "hello");
	fake_broker_send(conn, &w);
}
