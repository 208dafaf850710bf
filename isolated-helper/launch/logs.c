/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See logs.h. */
#include "isolated-helper/launch/logs.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "isolated-helper/launch/log.h"
#include "isolated-helper/launch/runtime.h"
#include "isolated-helper/launch/users.h"

#define EVENTS "/var/log/credguard"
#define METRICS "metrics"
#define METRICS_FILE METRICS "/credguard.prom"

/* Who may read logs on Debian; the broker's own group elsewhere. */
static gid_t reader(const struct cg_user *broker)
{
	const struct group *adm = getgrnam("adm");

	return adm != NULL ? adm->gr_gid : broker->gid;
}

/* One that is there stays as it is: false. */
static bool make(int at, const char *path, const struct cg_user *owner,
		 mode_t mode)
{
	int fd = -1;

	if (mkdirat(at, path, 0700) != 0) {
		if (errno != EEXIST) {
			cg_log("%s: mkdir: %s", path, strerror(errno));
		}
		return false;
	}
	fd = openat(at, path, O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
	/* The mode first: later it is another's. */
	if (fd < 0 || fchmod(fd, mode) != 0 ||
	    fchown(fd, owner->uid, owner->gid) != 0) {
		cg_log("%s: cannot be given to the broker: %s", path,
		       strerror(errno));
		(void)unlinkat(at, path, AT_REMOVEDIR);
	}
	if (fd >= 0) {
		(void)close(fd);
	}
	return true;
}

void cg_logs_open(const struct cg_runtime *rt, const struct cg_user *broker,
		  struct cg_logs *out)
{
	const struct cg_user events = { broker->uid, reader(broker) };

	(void)make(AT_FDCWD, EVENTS, &events, 02750);
	out->made_metrics = make(rt->fd, METRICS, broker, 0755);
}

void cg_logs_close(const struct cg_logs *logs, const struct cg_runtime *rt)
{
	if (logs->made_metrics) {
		(void)unlinkat(rt->fd, METRICS_FILE, 0);
		(void)unlinkat(rt->fd, METRICS, AT_REMOVEDIR);
	}
}
