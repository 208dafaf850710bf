/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See host.h. */
#include "isolated-helper/broker/host.h"

#include <netinet/in.h>
#include <resolv.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/auxv.h>
#include <unistd.h>

const char *cg_host_program(TALLOC_CTX *mem_ctx, const char *name)
{
	/* Not /proc/self/exe: it is closed to an undumpable process. */
	const char *started = (const char *)getauxval(AT_EXECFN);
	char *self = talloc_strdup(mem_ctx, started != NULL ? started : "");
	char *slash;
	char *path;

	if (self == NULL) {
		return NULL;
	}
	slash = strrchr(self, '/');
	if (slash != NULL) {
		*slash = '\0';
	}
	path = talloc_asprintf(mem_ctx, "%s/%s", self, name);
	if (path == NULL || access(path, X_OK) == 0) {
		return path;
	}
	/* In a build tree the guardian starts us in this very directory, and
	 * the directories above it may be closed to us. */
	talloc_free(path);
	return talloc_asprintf(mem_ctx, "./%s", name);
}

const char *cg_host_domain(TALLOC_CTX *mem_ctx)
{
	struct __res_state res;
	const char *domain = NULL;

	memset(&res, 0, sizeof(res));
	if (res_ninit(&res) != 0) {
		return NULL;
	}
	if (res.dnsrch[0] != NULL && res.dnsrch[0][0] != '\0') {
		domain = talloc_strdup(mem_ctx, res.dnsrch[0]);
	}
	res_nclose(&res);
	return domain;
}

const char *cg_host_metrics(TALLOC_CTX *mem_ctx, int client_fd)
{
	struct sockaddr_un addr = { 0 };
	socklen_t len = sizeof(addr) - 1;
	char *slash;

	if (getsockname(client_fd, (struct sockaddr *)&addr, &len) != 0) {
		return NULL;
	}
	slash = strrchr(addr.sun_path, '/');
	if (slash == NULL) {
		return NULL;
	}
	*slash = '\0';
	return talloc_asprintf(mem_ctx, "%s/metrics/credguard.prom",
			       addr.sun_path);
}
