/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See supervise.h. */
#include "isolated-helper/launch/supervise.h"

#include <poll.h>
#include <stdbool.h>
#include <time.h>

#include "isolated-helper/launch/front.h"
#include "isolated-helper/launch/log.h"
#include "isolated-helper/launch/notify.h"
#include "isolated-helper/launch/pair.h"

#define DELAY_MIN_MS 100
#define DELAY_MAX_MS 2000
#define LONG_LIFE_S 60		/* whoever lived that long starts afresh */

static bool is_told_to_end(const struct cg_guardian *g, int wait_ms)
{
	struct pollfd fd = { .fd = g->stop_fd, .events = POLLIN };
	bool is_told = poll(&fd, 1, wait_ms) == 1;

	cg_front_tend(g);
	return is_told;
}

static time_t now_s(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return ts.tv_sec;
}

static int next_delay(int delay_ms)
{
	return delay_ms * 2 < DELAY_MAX_MS ? delay_ms * 2 : DELAY_MAX_MS;
}

enum cg_status cg_supervise(const struct cg_guardian *g)
{
	int delay_ms = DELAY_MIN_MS;
	bool is_first = true;

	while (!is_told_to_end(g, 0)) {
		struct cg_pair pair;
		enum cg_status st = cg_pair_start(g, &pair);
		time_t begun = now_s();

		if (st != CG_OK && is_first && !is_told_to_end(g, 0)) {
			return st;
		}
		if (st == CG_OK && is_first && g->starts == NULL) {
			cg_notify_ready();
		}
		is_first = false;
		if (st == CG_OK && cg_pair_watch(g, &pair) != CG_OK) {
			break;
		}
		if (now_s() - begun >= LONG_LIFE_S) {
			delay_ms = DELAY_MIN_MS;
		}
		cg_log("a new pair in %d ms", delay_ms);
		if (is_told_to_end(g, delay_ms)) {
			break;
		}
		delay_ms = next_delay(delay_ms);
	}
	return CG_OK;
}
