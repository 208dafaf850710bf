/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See rate.h. A bucket for each uid that did it within the last minute; full
 * ones are the same as none and are dropped. */
#include "isolated-helper/broker/rate.h"

#include <sys/queue.h>
#include <time.h>

#define MINUTE_MS 60000U

/* Counted in parts of which one use takes MINUTE_MS and one ms brings
 * per_minute. */
struct bucket {
	LIST_ENTRY(bucket) link;
	uid_t uid;
	uint64_t parts;
	uint64_t at_ms;
};

struct cg_rate {
	uint32_t per_minute;
	LIST_HEAD(bucket_list, bucket) buckets;
};

struct cg_rate *cg_rate_open(TALLOC_CTX *mem_ctx, uint32_t per_minute)
{
	struct cg_rate *rate = talloc_zero(mem_ctx, struct cg_rate);

	if (rate != NULL) {
		rate->per_minute = per_minute;
		LIST_INIT(&rate->buckets);
	}
	return rate;
}

static uint64_t full(const struct cg_rate *rate)
{
	return (uint64_t)rate->per_minute * MINUTE_MS;
}

static void fill(const struct cg_rate *rate, struct bucket *b, uint64_t now_ms)
{
	uint64_t passed = now_ms - b->at_ms;

	b->at_ms = now_ms;
	if (passed >= MINUTE_MS ||
	    b->parts + passed * rate->per_minute > full(rate)) {
		b->parts = full(rate);
		return;
	}
	b->parts += passed * rate->per_minute;
}

/* The uid's, or NULL. */
static struct bucket *find(struct cg_rate *rate, uid_t uid, uint64_t now_ms)
{
	struct bucket *found = NULL;
	struct bucket *b = LIST_FIRST(&rate->buckets);

	while (b != NULL) {
		struct bucket *next = LIST_NEXT(b, link);

		fill(rate, b, now_ms);
		if (b->uid == uid) {
			found = b;
		} else if (b->parts == full(rate)) {
			LIST_REMOVE(b, link);
			talloc_free(b);
		}
		b = next;
	}
	return found;
}

bool cg_rate_take(struct cg_rate *rate, uid_t uid, uint64_t now_ms)
{
	struct bucket *b = find(rate, uid, now_ms);

	if (b == NULL) {
		b = talloc_zero(rate, struct bucket);
		if (b == NULL) {
			return false;
		}
		b->uid = uid;
		b->at_ms = now_ms;
		b->parts = full(rate);
		LIST_INSERT_HEAD(&rate->buckets, b, link);
	}
	if (b->parts < MINUTE_MS) {
		return false;
	}
	b->parts -= MINUTE_MS;
	return true;
}

uint64_t cg_rate_now_ms(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	/* The casts: it is not negative. */
	return (uint64_t)now.tv_sec * 1000 + (uint64_t)now.tv_nsec / 1000000;
}
