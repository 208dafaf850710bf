/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See tcp_kdc.h. */
#include "tests/unit/tcp_kdc.h"

#include <netinet/in.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>
#include <cmocka.h>

#include "idl/cg_idl.h"
#include "idl/cursor.h"

#define SLOW_US 10000
#define BACKLOG_FILLERS 3

struct kdc_client {
	struct tcp_kdc *kdc;
	int fd;
	uint8_t *buf;
	size_t got;
	size_t sent;
};

static int client_destructor(struct kdc_client *c)
{
	talloc_free_children(c);
	(void)close(c->fd);
	c->kdc->n_open--;
	return 0;
}

static void send_byte(struct tevent_context *ev, struct tevent_timer *te,
		      struct timeval now, void *private_data)
{
	struct kdc_client *c = private_data;

	(void)te;
	(void)now;
	if (c->sent == c->got
	    || send(c->fd, c->buf + c->sent, 1, MSG_NOSIGNAL) != 1) {
		talloc_free(c);
		return;
	}
	c->sent++;
	tevent_add_timer(ev, c, tevent_timeval_current_ofs(0, SLOW_US),
			 send_byte, c);
}

static void send_length(struct kdc_client *c, uint32_t len)
{
	uint8_t head[4];
	struct cg_writer w = cg_writer_of(head, sizeof(head));

	cg_writer_u32_be(&w, len);
	assert_int_equal(send(c->fd, head, sizeof(head), MSG_NOSIGNAL), 4);
}

static void answer(struct kdc_client *c)
{
	switch (c->kdc->kind) {
	case KDC_GOOD:
		assert_int_equal(send(c->fd, c->buf, c->got, MSG_NOSIGNAL),
				 (int)c->got);
		return;
	case KDC_CLOSES_EARLY:
		assert_true(send(c->fd, c->buf, c->got - 1, MSG_NOSIGNAL) > 0);
		talloc_free(c);
		return;
	case KDC_CLOSES_AT_ONCE:
		talloc_free(c);
		return;
	case KDC_LENGTH_0:
		send_length(c, 0);
		return;
	case KDC_LENGTH_4G:
		send_length(c, UINT32_MAX);
		return;
	case KDC_LENGTH_TOO_LARGE:
		send_length(c, CG_KDC_MSG_MAX + 1);
		return;
	case KDC_SLOW:
		send_byte(c->kdc->ev, NULL, tevent_timeval_current(), c);
		return;
	case KDC_SILENT:
	case KDC_DEAF:
		return;
	}
}

static void readable(struct tevent_context *ev, struct tevent_fd *fde,
		     uint16_t flags, void *private_data)
{
	struct kdc_client *c = private_data;
	ssize_t n = recv(c->fd, c->buf + c->got,
			 talloc_get_size(c->buf) - c->got, 0);
	struct cg_reader r;

	(void)ev;
	(void)fde;
	(void)flags;
	if (n <= 0) {
		talloc_free(c);
		return;
	}
	c->got += (size_t)n;
	r = cg_reader_of(c->buf, c->got);
	if (c->got >= 4 && cg_reader_u32_be(&r) == c->got - 4) {
		answer(c);
	}
}

static void connected(struct tevent_context *ev, struct tevent_fd *fde,
		      uint16_t flags, void *private_data)
{
	struct tcp_kdc *kdc = private_data;
	struct kdc_client *c = talloc_zero(kdc, struct kdc_client);

	(void)fde;
	(void)flags;
	c->kdc = kdc;
	c->fd = accept(kdc->fd, NULL, NULL);
	assert_true(c->fd >= 0);
	c->buf = talloc_zero_array(c, uint8_t, CG_KDC_MSG_MAX + 4);
	kdc->n_connections++;
	kdc->n_open++;
	talloc_set_destructor(c, client_destructor);
	tevent_add_fd(ev, c, c->fd, TEVENT_FD_READ, readable, c);
}

static int kdc_destructor(struct tcp_kdc *kdc)
{
	talloc_free_children(kdc);
	(void)close(kdc->fd);
	return 0;
}

static int bound_socket(uint16_t *port)
{
	struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK) },
	};
	socklen_t len = sizeof(addr);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	assert_int_equal(bind(fd, (struct sockaddr *)&addr, len), 0);
	assert_int_equal(getsockname(fd, (struct sockaddr *)&addr, &len), 0);
	*port = ntohs(addr.sin_port);
	return fd;
}

/* A full backlog: the kernel drops further SYNs, as a dead host would. */
static void fill_backlog(uint16_t port)
{
	const struct sockaddr_in addr = {
		.sin_family = AF_INET,
		.sin_addr = { htonl(INADDR_LOOPBACK) },
		.sin_port = htons(port),
	};

	for (int i = 0; i < BACKLOG_FILLERS; i++) {
		int fd = socket(AF_INET,
				SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);

		(void)connect(fd, (const struct sockaddr *)&addr,
			      sizeof(addr));
	}
	(void)usleep(50000);
}

struct tcp_kdc *tcp_kdc_open(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
			       enum tcp_kdc_kind kind)
{
	struct tcp_kdc *kdc = talloc_zero(mem_ctx, struct tcp_kdc);

	kdc->ev = ev;
	kdc->kind = kind;
	kdc->fd = bound_socket(&kdc->port);
	assert_int_equal(listen(kdc->fd, kind == KDC_DEAF ? 0 : 128), 0);
	talloc_set_destructor(kdc, kdc_destructor);
	if (kind == KDC_DEAF) {
		fill_backlog(kdc->port);
		return kdc;
	}
	tevent_add_fd(ev, kdc, kdc->fd, TEVENT_FD_READ, connected, kdc);
	return kdc;
}

uint16_t tcp_kdc_refusing_port(void)
{
	uint16_t port;
	int fd = bound_socket(&port);

	(void)close(fd);
	return port;
}
