/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Preloaded into a test's KDC: its clock is an hour ahead. */
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#define AHEAD_S 3600
#define EXPORT __attribute__((visibility("default")))

EXPORT int gettimeofday(struct timeval *restrict tv, void *restrict tz)
{
	struct timespec now;

	(void)tz;
	if (syscall(SYS_clock_gettime, CLOCK_REALTIME, &now) != 0) {
		return -1;
	}
	tv->tv_sec = now.tv_sec + AHEAD_S;
	tv->tv_usec = now.tv_nsec / 1000;
	return 0;
}

EXPORT time_t time(time_t *out)
{
	struct timeval now;

	if (gettimeofday(&now, NULL) != 0) {
		return -1;
	}
	if (out != NULL) {
		*out = now.tv_sec;
	}
	return now.tv_sec;
}
