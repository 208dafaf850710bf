/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See sockets.h. */
#include "isolated-helper/launch/sockets.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "isolated-helper/launch/log.h"
#include "isolated-helper/launch/settings.h"

#define BACKLOG 1024
#define SYSTEMD_FIRST_FD 3

static bool set_path(struct sockaddr_un *out, const char *dir,
		     const char *name)
{
	int n = snprintf(out->sun_path, sizeof(out->sun_path), "%s%s", dir,
			 name);

	out->sun_family = AF_UNIX;
	return n > 0 && (size_t)n < sizeof(out->sun_path);
}

/* Only a socket on which nobody listens goes away. */
static enum cg_status remove_stale(const struct sockaddr_un *addr, int type)
{
	const struct sockaddr *sa = (const struct sockaddr *)addr;
	struct stat sb;
	int fd, err;

	if (lstat(addr->sun_path, &sb) != 0 && errno == ENOENT) {
		return CG_OK;
	}
	if (!S_ISSOCK(sb.st_mode)) {
		cg_log("%s: is there and is not a socket", addr->sun_path);
		return CG_E_DENIED;
	}
	fd = socket(AF_UNIX, type | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	err = connect(fd, sa, sizeof(*addr)) == 0 ? 0 : errno;
	(void)close(fd);
	if (err != ECONNREFUSED) {
		cg_log("another credguardd or sssd-kcm listens on %s; stop it "
		       "first", addr->sun_path);
		return CG_E_DENIED;
	}
	if (unlink(addr->sun_path) != 0) {
		cg_log("%s: unlink: %s", addr->sun_path, strerror(errno));
		return CG_E_SYSTEM;
	}
	return CG_OK;
}

static enum cg_status make(const struct sockaddr_un *addr, int type, int *out)
{
	const struct sockaddr *sa = (const struct sockaddr *)addr;
	enum cg_status st = remove_stale(addr, type);

	if (st != CG_OK) {
		return st;
	}
	*out = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
	if (*out < 0 || bind(*out, sa, sizeof(*addr)) != 0 ||
	    chmod(addr->sun_path, 0666) != 0 || listen(*out, BACKLOG) != 0) {
		cg_log("cannot listen on %s: %s", addr->sun_path,
		       strerror(errno));
		return CG_E_SYSTEM;
	}
	return CG_OK;
}

enum cg_status cg_sockets_make(const char *path, int type, int *out)
{
	struct sockaddr_un addr = { 0 };

	*out = -1;
	if (!set_path(&addr, path, "")) {
		cg_log("the path of a socket may have %zu characters, not "
		       "more", sizeof(addr.sun_path) - 1);
		return CG_E_INVALID;
	}
	return make(&addr, type, out);
}

static enum cg_status make_both(const struct cg_settings *s,
				struct cg_sockets *out)
{
	struct sockaddr_un kcm = { 0 };
	struct sockaddr_un client = { 0 };
	enum cg_status st;

	if (!set_path(&kcm, s->kcm_socket, "") ||
	    !set_path(&client, s->runtime_dir, "/client.sock")) {
		cg_log("the path of a socket may have %zu characters, not "
		       "more", sizeof(kcm.sun_path) - 1);
		return CG_E_INVALID;
	}
	st = make(&client, SOCK_SEQPACKET, &out->client);
	if (st != CG_OK) {
		return st;
	}
	st = make(&kcm, SOCK_STREAM, &out->kcm);
	if (st != CG_OK) {
		(void)unlink(client.sun_path);
		return st;
	}
	out->made = true;
	return CG_OK;
}

static int socket_option(int fd, int option)
{
	int v = -1;
	socklen_t len = sizeof(v);

	return getsockopt(fd, SOL_SOCKET, option, &v, &len) == 0 ? v : -1;
}

/* Their types tell them apart, whatever the units call them. */
static enum cg_status adopt(int fd, struct cg_sockets *out)
{
	int type = socket_option(fd, SO_TYPE);

	if (socket_option(fd, SO_DOMAIN) != AF_UNIX ||
	    socket_option(fd, SO_ACCEPTCONN) != 1 ||
	    fcntl(fd, F_SETFD, FD_CLOEXEC) != 0) {
		return CG_E_INVALID;
	}
	if (type == SOCK_STREAM && out->kcm < 0) {
		out->kcm = fd;
		return CG_OK;
	}
	if (type == SOCK_SEQPACKET && out->client < 0) {
		out->client = fd;
		return CG_OK;
	}
	return CG_E_INVALID;
}

static long number_in_env(const char *name)
{
	const char *text = getenv(name);

	return text != NULL ? strtol(text, NULL, 10) : 0;
}

enum cg_status cg_sockets_open(const struct cg_settings *s,
			       struct cg_sockets *out)
{
	*out = (struct cg_sockets){ .kcm = -1, .client = -1 };
	if (number_in_env("LISTEN_PID") != getpid()) {
		return make_both(s, out);
	}
	if (number_in_env("LISTEN_FDS") != 2 ||
	    adopt(SYSTEMD_FIRST_FD, out) != CG_OK ||
	    adopt(SYSTEMD_FIRST_FD + 1, out) != CG_OK) {
		cg_log("wanted from systemd: one ListenStream= for KCM and "
		       "one ListenSequentialPacket= for clients");
		return CG_E_INVALID;
	}
	return CG_OK;
}

void cg_sockets_remove(const struct cg_sockets *sockets,
		       const struct cg_settings *s)
{
	struct sockaddr_un addr = { 0 };

	if (!sockets->made) {
		return;
	}
	(void)unlink(s->kcm_socket);
	if (set_path(&addr, s->runtime_dir, "/client.sock")) {
		(void)unlink(addr.sun_path);
	}
}
