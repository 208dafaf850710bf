/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See notify.h. */
#include "isolated-helper/launch/notify.h"

#include <stddef.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

void cg_notify_ready(void)
{
	static const char ready[] = "READY=1";
	struct sockaddr_un addr = { .sun_family = AF_UNIX };
	const char *path = getenv("NOTIFY_SOCKET");
	size_t len = path != NULL ? strlen(path) : 0;
	int fd;

	if (len == 0 || len >= sizeof(addr.sun_path)) {
		return;
	}
	memcpy(addr.sun_path, path, len);
	if (path[0] == '@') {
		addr.sun_path[0] = '\0';	/* the abstract namespace */
	}
	len += offsetof(struct sockaddr_un, sun_path);
	fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	if (fd >= 0) {
		(void)sendto(fd, ready, sizeof(ready) - 1, MSG_NOSIGNAL,
			     (const struct sockaddr *)&addr, (socklen_t)len);
		(void)close(fd);
	}
}
