/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sends a request and takes the time until the whole answer is here. */
#include "tests/bench/kcm_bench.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <time.h>

#include "idl/cursor.h"

#define TRANSPORT_HEADER_LEN 8U	/* length, transport code */
#define ANSWER_MAX (24U * 1024U * 1024U)
#define NS_PER_S UINT64_C(1000000000)

void cg_bench_fail(const char *what)
{
	fprintf(stderr, "kcm_client: %s\n", what);
	exit(1);
}

static void fail_errno(const char *what)
{
	fprintf(stderr, "kcm_client: %s: %s\n", what, strerror(errno));
	exit(1);
}

uint64_t cg_bench_now_ns(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (uint64_t)ts.tv_sec * NS_PER_S + (uint64_t)ts.tv_nsec;
}

static void send_all(int fd, const uint8_t *data, size_t len)
{
	while (len > 0) {
		ssize_t n = send(fd, data, len, MSG_NOSIGNAL);

		if (n < 0) {
			fail_errno("send");
		}
		data += n;
		len -= (size_t)n;
	}
}

static size_t whole_answer(const uint8_t *data, size_t len)
{
	struct cg_reader r = cg_reader_of(data, len);

	if (len < 4) {
		return TRANSPORT_HEADER_LEN;
	}
	return TRANSPORT_HEADER_LEN + (size_t)cg_reader_u32_be(&r);
}

static size_t receive(struct cg_bench *b)
{
	size_t len = 0;
	size_t whole = TRANSPORT_HEADER_LEN;

	while (len < whole) {
		ssize_t n = recv(b->fd, b->answer + len, ANSWER_MAX - len, 0);

		if (n < 0) {
			fail_errno("recv");
		}
		if (n == 0) {
			cg_bench_fail("the server closed the connection");
		}
		len += (size_t)n;
		whole = whole_answer(b->answer, len);
		if (whole > ANSWER_MAX) {
			cg_bench_fail("an answer is too long");
		}
	}
	return len;
}

static uint32_t status_of(const uint8_t *answer, size_t len)
{
	struct cg_reader r = cg_reader_of(answer, len);
	uint32_t code;
	uint32_t status;

	(void)cg_reader_u32_be(&r);
	code = cg_reader_u32_be(&r);
	if (code != 0) {
		return code;
	}
	status = cg_reader_u32_be(&r);
	if (r.failed) {
		cg_bench_fail("an answer has no status");
	}
	return status;
}

static void check_length(const struct cg_bench *b, size_t len)
{
	if (len != b->request.results_len) {
		fprintf(stderr, "kcm_client: opcode %d: %zu bytes of results,"
			" not %zu\n", (int)b->request.opcode, len,
			b->request.results_len);
		exit(1);
	}
}

uint32_t cg_bench_exchange(struct cg_bench *b, uint64_t *ns)
{
	uint64_t begun;
	uint32_t status;
	size_t len;

	if (b->is_floor) {
		cg_bench_to_floor(&b->request);
	}
	begun = cg_bench_now_ns();
	send_all(b->fd, b->request.data, b->request.len);
	len = receive(b);
	*ns += cg_bench_now_ns() - begun;
	status = status_of(b->answer, len);
	if (status == 0) {
		check_length(b, len - CG_BENCH_ANSWER_HEADER_LEN);
	}
	return status;
}

void cg_bench_connect(struct cg_bench *b, const char *path)
{
	struct sockaddr_un name = { .sun_family = AF_UNIX };

	if (strlen(path) >= sizeof(name.sun_path)) {
		cg_bench_fail("the path of the socket is too long");
	}
	memcpy(name.sun_path, path, strlen(path) + 1);
	b->answer = calloc(1, ANSWER_MAX);
	if (b->answer == NULL) {
		fail_errno("calloc");
	}
	b->fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (b->fd < 0 || connect(b->fd, (const struct sockaddr *)&name,
				 sizeof(name)) != 0) {
		fail_errno(path);
	}
}
