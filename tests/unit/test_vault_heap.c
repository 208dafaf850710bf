/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The allocator against a shadow model: what is given out never overlaps and
 * is zero; what came back leaves no byte. */
#include "isolated-helper/vault/heap.h"

#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cmocka.h>

#define HEAP_LEN ((size_t)1 << 18)
#define N_LIVE 400U
#define N_STEPS 60000U

static _Alignas(4096) uint8_t region[HEAP_LEN];

struct piece {
	uint8_t *at;
	size_t len;
	uint8_t mark;
};

static uint64_t next_random(uint64_t *state)
{
	*state ^= *state << 13;
	*state ^= *state >> 7;
	*state ^= *state << 17;
	return *state;
}

static int setup(void **state)
{
	static struct cg_heap heap;

	memset(region, 0, sizeof(region));
	cg_heap_init(&heap, region, sizeof(region));
	*state = &heap;
	return 0;
}

static bool is_filled(const uint8_t *at, size_t len, uint8_t with)
{
	for (size_t i = 0; i < len; i++) {
		if (at[i] != with) {
			return false;
		}
	}
	return true;
}

/* All but the links and the state of the one free block at the start. */
static bool is_wiped(void)
{
	return is_filled(region + 32, sizeof(region) - 32, 0) &&
	       is_filled(region + 8, 24, 0);
}

/* Mostly small, at times large; never 0. */
static size_t some_length(uint64_t *random)
{
	uint64_t r = next_random(random);

	return 1 + r % ((uint64_t)1 << (r >> 32) % 14);
}

static void give(struct cg_heap *h, struct piece *p, uint64_t *random)
{
	p->len = some_length(random);
	p->mark = (uint8_t)(1 + next_random(random) % 255);
	p->at = cg_heap_alloc(h, p->len);
	if (p->at == NULL) {
		return;
	}
	assert_int_equal((uintptr_t)p->at % 16, 0);
	assert_true(cg_heap_owns(h, p->at));
	assert_true(cg_heap_owns(h, p->at + p->len - 1));
	assert_true(cg_heap_room(h, p->at) >= p->len);
	/* The whole room is the caller's, and realloc relies on it. */
	p->len = cg_heap_room(h, p->at);
	assert_true(is_filled(p->at, p->len, 0));
	memset(p->at, p->mark, p->len);
}

/* A piece that overlapped another would not hold its own mark any more. */
static void take(struct cg_heap *h, struct piece *p)
{
	assert_true(is_filled(p->at, p->len, p->mark));
	cg_heap_free(h, p->at);
	p->at = NULL;
}

static void random_use_never_overlaps_and_leaves_nothing(void **state)
{
	struct cg_heap *h = *state;
	static struct piece live[N_LIVE];
	uint64_t random = 88172645463325252U;
	size_t n_given = 0;

	for (unsigned int i = 0; i < N_STEPS; i++) {
		struct piece *p = &live[next_random(&random) % N_LIVE];

		if (p->at != NULL) {
			take(h, p);
		} else {
			give(h, p, &random);
			n_given += p->at != NULL;
		}
	}
	assert_true(n_given > N_STEPS / 4);
	for (size_t i = 0; i < N_LIVE; i++) {
		if (live[i].at != NULL) {
			take(h, &live[i]);
		}
	}
	assert_int_equal(h->used, 0);
	assert_true(is_wiped());
	assert_non_null(cg_heap_alloc(h, HEAP_LEN - 16));
}

static void a_freed_block_is_wiped_while_its_neighbours_live(void **state)
{
	struct cg_heap *h = *state;
	uint8_t *pieces[64];

	for (size_t i = 0; i < 64; i++) {
		pieces[i] = cg_heap_alloc(h, 100);
		assert_non_null(pieces[i]);
		memset(pieces[i], 0xa5, 100);
	}
	for (size_t i = 1; i < 64; i += 2) {
		cg_heap_free(h, pieces[i]);
		/* the links of the free list lie in the first 16 */
		assert_true(is_filled(pieces[i] + 16, 84, 0));
	}
	for (size_t i = 0; i < 64; i += 2) {
		assert_true(is_filled(pieces[i], 100, 0xa5));
	}
}

static void when_it_is_full_it_says_so_and_recovers(void **state)
{
	struct cg_heap *h = *state;
	static void *pieces[HEAP_LEN / 32];

	for (size_t i = 0; i < HEAP_LEN / 32; i++) {
		pieces[i] = cg_heap_alloc(h, 16);
		assert_non_null(pieces[i]);
	}
	assert_int_equal(h->used, HEAP_LEN);
	assert_null(cg_heap_alloc(h, 1));
	assert_null(cg_heap_alloc(h, 0));
	for (size_t i = 0; i < HEAP_LEN / 32; i++) {
		cg_heap_free(h, pieces[i]);
	}
	assert_true(is_wiped());
	assert_non_null(cg_heap_alloc(h, HEAP_LEN - 16));
	assert_null(cg_heap_alloc(h, 0));
}

static void impossible_lengths_are_refused(void **state)
{
	struct cg_heap *h = *state;

	assert_null(cg_heap_alloc(h, HEAP_LEN - 15));
	assert_null(cg_heap_alloc(h, HEAP_LEN));
	assert_null(cg_heap_alloc(h, HEAP_LEN + 1));
	assert_null(cg_heap_alloc(h, SIZE_MAX - 15));
	assert_null(cg_heap_alloc(h, SIZE_MAX));
	assert_non_null(cg_heap_alloc(h, HEAP_LEN - 16));
}

/* Runs act in a child; the signal that ended it, or 0. */
static int signal_of(void (*act)(struct cg_heap *h), struct cg_heap *h)
{
	int status = 0;
	pid_t pid = fork();

	if (pid == 0) {
		signal(SIGABRT, SIG_DFL);
		act(h);
		_exit(0);
	}
	assert_int_equal(waitpid(pid, &status, 0), pid);
	return WIFSIGNALED(status) ? WTERMSIG(status) : 0;
}

static void free_once(struct cg_heap *h)
{
	cg_heap_free(h, cg_heap_alloc(h, 40));
}

static void free_twice(struct cg_heap *h)
{
	void *p = cg_heap_alloc(h, 40);

	cg_heap_free(h, p);
	cg_heap_free(h, p);
}

/* The second of two: when it merged, no header is where it was. */
static void free_twice_a_merged_one(struct cg_heap *h)
{
	void *first = cg_heap_alloc(h, 40);
	void *second = cg_heap_alloc(h, 40);

	cg_heap_free(h, second);
	cg_heap_free(h, first);
	cg_heap_free(h, second);
}

static void free_inside(struct cg_heap *h)
{
	cg_heap_free(h, (uint8_t *)cg_heap_alloc(h, 4000) + 64);
}

static void free_unaligned(struct cg_heap *h)
{
	cg_heap_free(h, (uint8_t *)cg_heap_alloc(h, 4000) + 1);
}

static void free_foreign(struct cg_heap *h)
{
	int local = 0;

	cg_heap_free(h, &local);
}

static void free_before_the_first_block(struct cg_heap *h)
{
	cg_heap_free(h, h->base);
}

static void a_pointer_that_is_not_ours_ends_the_process(void **state)
{
	struct cg_heap *h = *state;

	assert_int_equal(signal_of(free_once, h), 0);
	assert_int_equal(signal_of(free_twice, h), SIGABRT);
	assert_int_equal(signal_of(free_twice_a_merged_one, h), SIGABRT);
	assert_int_equal(signal_of(free_inside, h), SIGABRT);
	assert_int_equal(signal_of(free_unaligned, h), SIGABRT);
	assert_int_equal(signal_of(free_foreign, h), SIGABRT);
	assert_int_equal(signal_of(free_before_the_first_block, h), SIGABRT);
}

#define TEST(fn) cmocka_unit_test_setup(fn, setup)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(random_use_never_overlaps_and_leaves_nothing),
		TEST(a_freed_block_is_wiped_while_its_neighbours_live),
		TEST(when_it_is_full_it_says_so_and_recovers),
		TEST(impossible_lengths_are_refused),
		TEST(a_pointer_that_is_not_ours_ends_the_process),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
