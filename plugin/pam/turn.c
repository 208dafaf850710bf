/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "plugin/pam/turn.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <time.h>
#include <unistd.h>

/* Others than root must not be able to hold it. */
#define LOCK_PATH "/run/pam_credguard.lock"
#define TRIES 20
#define WAIT_NS 50000000L	/* with TRIES: a second */

static bool lock(int fd)
{
	const struct timespec wait = { .tv_nsec = WAIT_NS };

	for (int i = 0; i < TRIES; i++) {
		if (flock(fd, LOCK_EX | LOCK_NB) == 0) {
			return true;
		}
		if (errno != EWOULDBLOCK && errno != EINTR) {
			return false;
		}
		(void)nanosleep(&wait, NULL);
	}
	return false;
}

bool cg_pam_turn_take(int *out)
{
	int fd = open(LOCK_PATH, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW,
		      S_IRUSR | S_IWUSR);

	*out = -1;
	if (fd < 0) {
		return false;
	}
	if (!lock(fd)) {
		(void)close(fd);
		return false;
	}
	*out = fd;
	return true;
}

void cg_pam_turn_end(int turn)
{
	(void)close(turn);
}
