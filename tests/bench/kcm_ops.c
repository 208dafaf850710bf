/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The operations that are timed. An answer that is not what was stored ends
 * the program: a fast wrong answer is none. */
#include "tests/bench/kcm_bench.h"

#include <stdlib.h>
#include <string.h>

/* KRB5_CC_NOTFOUND, as it is on the wire. */
#define NOT_FOUND ((uint32_t)-1765328243)
/* A cache of so many is made anew where one ticket cannot be removed. */
#define REFILL_MAX 100U
#define REFILL_NS UINT64_C(10000000000)

static uint32_t any_ticket(struct cg_bench *b)
{
	/* xorshift */
	b->random ^= b->random << 13;
	b->random ^= b->random >> 17;
	b->random ^= b->random << 5;
	return b->random % b->n_tickets;
}

static uint32_t run_noop(struct cg_bench *b, uint64_t *ns)
{
	/* sssd refuses it, which takes as long. */
	cg_bench_plain(CG_BENCH_NOOP, NULL, &b->request);
	(void)cg_bench_exchange(b, ns);
	return 0;
}

static uint32_t run_get_principal(struct cg_bench *b, uint64_t *ns)
{
	cg_bench_plain(CG_BENCH_GET_PRINCIPAL, b->cache, &b->request);
	b->request.results_len = cg_bench_principal_len();
	return cg_bench_exchange(b, ns);
}

static uint32_t run_retrieve(struct cg_bench *b, uint64_t *ns)
{
	uint32_t index = any_ticket(b);
	uint32_t status;

	cg_bench_cred(index, b->start, &b->cred);
	cg_bench_search(CG_BENCH_RETRIEVE, b->cache, index, &b->request);
	b->request.results_len = b->cred.len;
	status = cg_bench_exchange(b, ns);
	if (status == 0 && !b->is_floor
	    && memcmp(b->answer + CG_BENCH_ANSWER_HEADER_LEN, b->cred.data,
		      b->cred.len) != 0) {
		cg_bench_fail("RETRIEVE brought another ticket");
	}
	return status;
}

static uint32_t run_store(struct cg_bench *b, uint64_t *ns)
{
	cg_bench_cred(b->n_tickets, b->start, &b->cred);
	cg_bench_store(b->cache, &b->cred, &b->request);
	return cg_bench_exchange(b, ns);
}

uint32_t cg_bench_fill(struct cg_bench *b, uint64_t limit_ns, uint32_t *n)
{
	uint64_t until = cg_bench_now_ns() + limit_ns;
	uint64_t ns = 0;
	uint32_t status;

	*n = 0;
	cg_bench_initialize(b->cache, &b->request);
	status = cg_bench_exchange(b, &ns);
	while (status == 0 && *n < b->n_tickets && cg_bench_now_ns() < until) {
		cg_bench_cred(*n, b->start, &b->cred);
		cg_bench_store(b->cache, &b->cred, &b->request);
		status = cg_bench_exchange(b, &ns);
		*n += status == 0 ? 1U : 0U;
	}
	if (*n < b->n_tickets) {
		cg_bench_plain(CG_BENCH_DESTROY, b->cache, &b->request);
		(void)cg_bench_exchange(b, &ns);
	}
	return status;
}

/* sssd cannot remove one. */
static uint32_t undo_store(struct cg_bench *b)
{
	uint64_t ns = 0;
	uint32_t status;
	uint32_t n;

	cg_bench_search(CG_BENCH_REMOVE_CRED, b->cache, b->n_tickets,
			&b->request);
	status = cg_bench_exchange(b, &ns);
	if (status == 0 || b->is_floor) {
		return 0;
	}
	return cg_bench_fill(b, REFILL_NS, &n);
}

/* Only where it can be undone. */
static uint32_t try_remove(struct cg_bench *b)
{
	uint64_t ns = 0;
	uint32_t status;

	if (b->n_tickets <= REFILL_MAX || b->is_floor) {
		return 0;
	}
	cg_bench_search(CG_BENCH_REMOVE_CRED, b->cache, b->n_tickets,
			&b->request);
	status = cg_bench_exchange(b, &ns);
	return status == NOT_FOUND ? 0 : status;
}

static uint32_t run_uuid_list(struct cg_bench *b, uint64_t *ns)
{
	cg_bench_plain(CG_BENCH_GET_CRED_UUID_LIST, b->cache, &b->request);
	b->request.results_len = (size_t)b->n_tickets * CG_BENCH_UUID_LEN;
	return cg_bench_exchange(b, ns);
}

static uint32_t take_uuids(struct cg_bench *b)
{
	size_t len = (size_t)b->n_tickets * CG_BENCH_UUID_LEN;
	uint64_t ns = 0;
	uint32_t status = run_uuid_list(b, &ns);

	if (status != 0) {
		return status;
	}
	b->uuids = malloc(len);
	if (b->uuids == NULL) {
		cg_bench_fail("out of memory");
	}
	memcpy(b->uuids, b->answer + CG_BENCH_ANSWER_HEADER_LEN, len);
	return 0;
}

static uint32_t run_by_uuid(struct cg_bench *b, uint64_t *ns)
{
	size_t at = (size_t)any_ticket(b) * CG_BENCH_UUID_LEN;

	cg_bench_cred(0, b->start, &b->cred);
	cg_bench_by_uuid(b->cache, b->uuids + at, &b->request);
	b->request.results_len = b->cred.len;
	return cg_bench_exchange(b, ns);
}

static uint32_t run_cred_list(struct cg_bench *b, uint64_t *ns)
{
	cg_bench_cred(0, b->start, &b->cred);
	cg_bench_plain(CG_BENCH_GET_CRED_LIST, b->cache, &b->request);
	b->request.results_len = 4 + (size_t)b->n_tickets * (4 + b->cred.len);
	return cg_bench_exchange(b, ns);
}

static uint32_t run_new_cache(struct cg_bench *b, uint64_t *ns)
{
	uint32_t status;

	cg_bench_initialize(b->other_cache, &b->request);
	status = cg_bench_exchange(b, ns);
	if (status != 0) {
		return status;
	}
	cg_bench_plain(CG_BENCH_DESTROY, b->other_cache, &b->request);
	return cg_bench_exchange(b, ns);
}

static const struct cg_bench_op ops[] = {
	{ "noop", NULL, run_noop, NULL },
	{ "get_principal", NULL, run_get_principal, NULL },
	{ "retrieve", NULL, run_retrieve, NULL },
	{ "store", try_remove, run_store, undo_store },
	{ "uuid_list", NULL, run_uuid_list, NULL },
	{ "by_uuid", take_uuids, run_by_uuid, NULL },
	{ "cred_list", NULL, run_cred_list, NULL },
	{ "new_cache", NULL, run_new_cache, NULL },
};

const struct cg_bench_op *cg_bench_find_op(const char *name)
{
	for (size_t i = 0; i < sizeof(ops) / sizeof(ops[0]); i++) {
		if (strcmp(ops[i].name, name) == 0) {
			return &ops[i];
		}
	}
	return NULL;
}
