/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Times operations of KCM, one after the other on one connection:
 *
 *   kcm_client [--floor] SOCKET CACHE TICKETS START BUDGET_US OPERATION...
 *
 * prints a line for each operation: its name and the nanoseconds of every
 * request, from the first byte sent to the last one received; or its name,
 * "status" and the status that the server gave. BUDGET_US is the longest that
 * one goes on. "fill" as the only operation makes CACHE with TICKETS tickets
 * that begin at START (seconds). */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "tests/bench/kcm_bench.h"

#define WARM_UPS 3U
#define SAMPLES_MIN 3U

static uint32_t sample(struct cg_bench *b, const struct cg_bench_op *op,
		       uint64_t *ns)
{
	uint32_t status;

	*ns = 0;
	status = op->run(b, ns);
	if (status == 0 && op->undo != NULL) {
		status = op->undo(b);
	}
	return status;
}

static void print_samples(const struct cg_bench *b, size_t n)
{
	for (size_t i = WARM_UPS; i < n; i++) {
		printf(" %" PRIu64, b->ns[i]);
	}
	printf("\n");
}

static void measure(struct cg_bench *b, const struct cg_bench_op *op)
{
	uint64_t until = cg_bench_now_ns() + b->budget_ns;
	uint32_t status = op->prepare == NULL ? 0 : op->prepare(b);
	size_t n = 0;

	while (status == 0 && n < CG_BENCH_SAMPLES_MAX
	       && (n < WARM_UPS + SAMPLES_MIN || cg_bench_now_ns() < until)) {
		status = sample(b, op, &b->ns[n]);
		n++;
	}
	printf("%s", op->name);
	if (status != 0) {
		printf(" status %" PRId32 "\n", (int32_t)status);
		return;
	}
	print_samples(b, n);
}

static void fill(struct cg_bench *b)
{
	uint64_t begun = cg_bench_now_ns();
	uint32_t n = 0;
	uint32_t status = cg_bench_fill(b, b->budget_ns, &n);
	uint64_t ns = cg_bench_now_ns() - begun;

	printf("fill %" PRIu32 " status %" PRId32 " ns %" PRIu64 "\n", n,
	       (int32_t)status, ns);
}

static void run(struct cg_bench *b, const char *name)
{
	const struct cg_bench_op *op = cg_bench_find_op(name);

	if (strcmp(name, "fill") == 0) {
		fill(b);
		return;
	}
	if (op == NULL) {
		cg_bench_fail("unknown operation");
	}
	measure(b, op);
}

static uint32_t number(const char *text)
{
	char *end;
	unsigned long n = strtoul(text, &end, 10);

	if (*text == '\0' || *end != '\0' || n == 0 || n > UINT32_MAX) {
		cg_bench_fail("not a number from 1 to 2^32 - 1");
	}
	return (uint32_t)n;
}

static void take_arguments(struct cg_bench *b, char **argv)
{
	b->cache = argv[1];
	(void)snprintf(b->other_cache, sizeof(b->other_cache), "%.100s-new",
		       b->cache);
	b->n_tickets = number(argv[2]);
	b->start = number(argv[3]);
	b->budget_ns = (uint64_t)number(argv[4]) * 1000;
	b->random = (uint32_t)getpid() | 1U;
}

int main(int argc, char **argv)
{
	struct cg_bench *b = calloc(1, sizeof(*b));

	if (b == NULL) {
		cg_bench_fail("out of memory");
	}
	if (argc > 1 && strcmp(argv[1], "--floor") == 0) {
		b->is_floor = true;
		argc--;
		argv++;
	}
	if (argc < 7) {
		cg_bench_fail("usage: kcm_client [--floor] SOCKET CACHE "
			      "TICKETS START BUDGET_US OPERATION...");
	}
	take_arguments(b, argv + 1);
	cg_bench_connect(b, argv[1]);
	for (int i = 6; i < argc; i++) {
		run(b, argv[i]);
	}
	return 0;
}
