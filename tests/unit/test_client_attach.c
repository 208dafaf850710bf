/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may come along with a request of the pipe front, and what may not. */
#include "isolated-helper/broker/client_attach.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>
#include <cmocka.h>

#include "isolated-helper/broker/peer.h"

#define MAX_FDS 3

struct world {
	int from;		/* of the front */
	int to;			/* of the broker */
	char dir[32];
	struct sockaddr_un address;
	int listener;
	int client;
	int accepted;
	uint8_t bytes[64];
};

static struct sockaddr *any(struct sockaddr_un *address)
{
	return (struct sockaddr *)(void *)address;
}

static void listen_on(struct world *w, int type)
{
	w->listener = socket(AF_UNIX, type, 0);
	assert_int_equal(bind(w->listener, any(&w->address),
			      sizeof(w->address)), 0);
	assert_int_equal(listen(w->listener, 1), 0);
	w->client = socket(AF_UNIX, type, 0);
	assert_int_equal(connect(w->client, any(&w->address),
				 sizeof(w->address)), 0);
	w->accepted = accept(w->listener, NULL, NULL);
	assert_true(w->accepted >= 0);
}

static int set_up(void **state)
{
	struct world *w = calloc(1, sizeof(*w));
	int pair[2];

	assert_int_equal(socketpair(AF_UNIX, SOCK_SEQPACKET, 0, pair), 0);
	w->from = pair[0];
	w->to = pair[1];
	strcpy(w->dir, "/tmp/attach.XXXXXX");
	assert_non_null(mkdtemp(w->dir));
	w->address.sun_family = AF_UNIX;
	(void)snprintf(w->address.sun_path, sizeof(w->address.sun_path),
		       "%s/pipe", w->dir);
	listen_on(w, SOCK_STREAM);
	*state = w;
	return 0;
}

static int tear_down(void **state)
{
	struct world *w = *state;

	(void)unlink(w->address.sun_path);
	(void)rmdir(w->dir);
	for (int fd = 3; fd < 64; fd++) {
		(void)close(fd);
	}
	free(w);
	return 0;
}

static void send_with(struct world *w, const int *fds, size_t n)
{
	char text[] = "request";
	struct iovec iov = { text, sizeof(text) };
	union {
		char room[CMSG_SPACE(MAX_FDS * sizeof(int))];
		struct cmsghdr align;
	} control = { 0 };
	struct msghdr msg = { .msg_iov = &iov, .msg_iovlen = 1 };
	struct cmsghdr *head;

	if (n > 0) {
		msg.msg_control = control.room;
		msg.msg_controllen = CMSG_SPACE(n * sizeof(int));
		head = CMSG_FIRSTHDR(&msg);
		head->cmsg_level = SOL_SOCKET;
		head->cmsg_type = SCM_RIGHTS;
		head->cmsg_len = CMSG_LEN(n * sizeof(int));
		memcpy(CMSG_DATA(head), fds, n * sizeof(int));
	}
	assert_int_equal(sendmsg(w->from, &msg, 0), (int)sizeof(text));
}

static int lowest_free_fd(void)
{
	int fd = dup(0);

	(void)close(fd);
	return fd;
}

static enum cg_status receive(struct world *w, bool may_attach,
			      struct cg_datagram *out)
{
	*out = (struct cg_datagram){ .data = w->bytes,
				     .cap = sizeof(w->bytes) };
	return cg_client_attach_receive(w->to, may_attach, out);
}

static void a_request_comes_alone_or_with_one(void **state)
{
	struct world *w = *state;
	struct cg_datagram msg;

	for (int may = 0; may < 2; may++) {
		send_with(w, NULL, 0);
		assert_int_equal(receive(w, may != 0, &msg), CG_OK);
		assert_int_equal(msg.len, 8);
		assert_int_equal(msg.attached, -1);
	}
	send_with(w, &w->accepted, 1);
	assert_int_equal(receive(w, true, &msg), CG_OK);
	assert_int_equal(msg.len, 8);
	assert_true(msg.attached >= 0);
	(void)close(msg.attached);
}

static void who_may_not_attach_is_found_out_and_nothing_is_left(void **state)
{
	struct world *w = *state;
	struct cg_datagram msg;
	int before = lowest_free_fd();

	send_with(w, &w->accepted, 1);
	assert_int_equal(receive(w, false, &msg), CG_E_PROTO);
	assert_int_equal(msg.attached, -1);
	assert_int_equal(lowest_free_fd(), before);
}

static void more_than_one_is_refused_and_nothing_is_left(void **state)
{
	struct world *w = *state;
	const int fds[MAX_FDS] = { w->accepted, w->client, w->listener };
	struct cg_datagram msg;
	int before = lowest_free_fd();

	for (size_t n = 2; n <= MAX_FDS; n++) {
		send_with(w, fds, n);
		assert_int_equal(receive(w, true, &msg), CG_E_PROTO);
		assert_int_equal(msg.attached, -1);
		assert_int_equal(lowest_free_fd(), before);
	}
}

static void a_request_that_is_cut_off_leaves_nothing(void **state)
{
	struct world *w = *state;
	struct cg_datagram msg = { .data = w->bytes, .cap = 3 };
	int before = lowest_free_fd();

	send_with(w, &w->accepted, 1);
	assert_int_equal(cg_client_attach_receive(w->to, true, &msg),
			 CG_E_PROTO);
	assert_int_equal(msg.attached, -1);
	assert_int_equal(lowest_free_fd(), before);
}

static void nothing_yet_and_the_end_are_told_apart(void **state)
{
	struct world *w = *state;
	struct cg_datagram msg;
	assert_int_equal(receive(w, true, &msg), CG_E_NOT_FOUND);
	(void)close(w->from);
	assert_int_equal(receive(w, true, &msg), CG_E_UNAVAILABLE);
}

static void an_accepted_socket_says_who_connected(void **state)
{
	struct world *w = *state;
	struct cg_peer peer;
	int copy = dup(w->accepted);

	assert_int_equal(cg_client_attach_peer(copy, &peer), CG_OK);
	assert_int_equal(peer.uid, getuid());
	assert_int_equal(peer.pid, getpid());
	cg_peer_close(&peer);
	/* Closed. */
	assert_int_equal(lowest_free_fd(), copy);
}

static void assert_refused(int fd)
{
	struct cg_peer peer;
	int copy = dup(fd);

	assert_int_equal(cg_client_attach_peer(copy, &peer), CG_E_PROTO);
	assert_int_equal((int)peer.uid, -1);
	assert_int_equal(lowest_free_fd(), copy);
}

static void others_say_nothing_of_who_asks(void **state)
{
	struct world *w = *state;
	int pair[2];

	/* Its peer is who listens: any service of the victim would do. */
	assert_refused(w->client);
	assert_refused(w->listener);
	assert_int_equal(socketpair(AF_UNIX, SOCK_STREAM, 0, pair), 0);
	assert_refused(pair[0]);
	assert_refused(w->from);
	assert_refused(0);
}

static void a_socket_that_was_bound_before_it_connected(void **state)
{
	struct world *w = *state;
	struct sockaddr_un own = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM, 0);
	int accepted;

	(void)snprintf(own.sun_path, sizeof(own.sun_path), "%s/own", w->dir);
	assert_int_equal(bind(fd, any(&own), sizeof(own)), 0);
	assert_int_equal(connect(fd, any(&w->address), sizeof(w->address)), 0);
	accepted = accept(w->listener, NULL, NULL);
	assert_refused(fd);
	assert_refused(accepted);
	(void)unlink(own.sun_path);
}

static void a_datagram_socket_is_no_client(void **state)
{
	struct world *w = *state;

	(void)unlink(w->address.sun_path);
	listen_on(w, SOCK_SEQPACKET);
	assert_refused(w->accepted);
}

#define TEST(f) cmocka_unit_test_setup_teardown(f, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_request_comes_alone_or_with_one),
		TEST(who_may_not_attach_is_found_out_and_nothing_is_left),
		TEST(more_than_one_is_refused_and_nothing_is_left),
		TEST(a_request_that_is_cut_off_leaves_nothing),
		TEST(nothing_yet_and_the_end_are_told_apart),
		TEST(an_accepted_socket_says_who_connected),
		TEST(others_say_nothing_of_who_asks),
		TEST(a_socket_that_was_bound_before_it_connected),
		TEST(a_datagram_socket_is_no_client),
	};

	return cmocka_run_group_tests_name("client_attach", tests, NULL,
					   NULL);
}
