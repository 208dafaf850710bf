/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Linked to a vault, and loaded by its client: their clock is three days
 * ahead. The function that knows is looked up before there is a sandbox. */
#include <dlfcn.h>
#include <time.h>

#define AHEAD_S 259200
#define EXPORT __attribute__((visibility("default")))

static int (*real)(clockid_t, struct timespec *);

__attribute__((constructor)) static void begin(void)
{
	real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT,
							    "clock_gettime");
}

EXPORT int clock_gettime(clockid_t id, struct timespec *out)
{
	int ret;

	if (real == NULL) {
		begin();
	}
	ret = real(id, out);
	if (ret == 0 && id == CLOCK_REALTIME) {
		out->tv_sec += AHEAD_S;
	}
	return ret;
}

EXPORT time_t time(time_t *out)
{
	struct timespec now;

	if (clock_gettime(CLOCK_REALTIME, &now) != 0) {
		return -1;
	}
	if (out != NULL) {
		*out = now.tv_sec;
	}
	return now.tv_sec;
}
