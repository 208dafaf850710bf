/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One connection on which operations are timed; see kcm_client.c. */
#ifndef CG_BENCH_KCM_BENCH_H
#define CG_BENCH_KCM_BENCH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "tests/bench/kcm_message.h"

#define CG_BENCH_ANSWER_HEADER_LEN 12U	/* length, transport code, status */
#define CG_BENCH_SAMPLES_MAX 400U

struct cg_bench {
	int fd;
	const char *cache;
	char other_cache[128];
	uint32_t n_tickets;
	uint32_t start;			/* seconds; of all tickets */
	uint64_t budget_ns;
	bool is_floor;
	uint32_t random;
	uint8_t *uuids;			/* of all tickets */
	struct cg_bench_request request;
	struct cg_bench_cred cred;
	uint8_t *answer;
	uint64_t ns[CG_BENCH_SAMPLES_MAX];
};

/* Each returns 0 or the status that the server gave; run adds to *ns. */
struct cg_bench_op {
	const char *name;
	uint32_t (*prepare)(struct cg_bench *b);
	uint32_t (*run)(struct cg_bench *b, uint64_t *ns);
	uint32_t (*undo)(struct cg_bench *b);
};

/* kcm_exchange.c; sends b->request; what cannot go on ends the program. */
void cg_bench_connect(struct cg_bench *b, const char *path);
uint32_t cg_bench_exchange(struct cg_bench *b, uint64_t *ns);
uint64_t cg_bench_now_ns(void);
void cg_bench_fail(const char *what) __attribute__((noreturn));

/* kcm_ops.c */
/* A new cache, with all its tickets; *n tells how many could be stored in
 * time, and with fewer there is no cache. */
uint32_t cg_bench_fill(struct cg_bench *b, uint64_t limit_ns, uint32_t *n);
/* NULL: there is none of this name. */
const struct cg_bench_op *cg_bench_find_op(const char *name);

#endif
