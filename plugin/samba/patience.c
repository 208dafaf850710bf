/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugin/samba/patience.h"

#include <time.h>

#define LOST_MS 5000

static int64_t now_ms(void)
{
	struct timespec now = { 0 };

	(void)clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool cg_patience_is_lost(const struct cg_patience *patience)
{
	return now_ms() < atomic_load(&patience->lost_until_ms);
}

enum cg_status cg_patience_note(struct cg_patience *patience,
				enum cg_status st)
{
	if (st == CG_E_TIMEOUT) {
		atomic_store(&patience->lost_until_ms, now_ms() + LOST_MS);
	}
	return st;
}
