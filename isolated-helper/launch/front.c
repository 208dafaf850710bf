/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See front.h. */
#include "isolated-helper/launch/front.h"

#include <errno.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include "isolated-helper/launch/dir.h"
#include "isolated-helper/launch/log.h"
#include "isolated-helper/launch/order.h"
#include "isolated-helper/launch/pair.h"
#include "isolated-helper/launch/starts.h"
#include "isolated-helper/launch/spawn_front.h"

#define SHELF_LEN (4 << 20)	/* or as much as the kernel lets us have */
#define DELAY_MIN_MS 100
#define DELAY_MAX_MS 2000
#define LONG_LIFE_MS 100	/* whoever lived that long starts at once */

static int64_t now_ms(void)
{
	struct timespec ts;

	(void)clock_gettime(CLOCK_MONOTONIC, &ts);
	return (int64_t)ts.tv_sec * 1000 + ts.tv_nsec / 1000000;
}

static enum cg_status make_pipe(const char *path, int *out)
{
	char dir[CG_PATH_LEN];
	const char *slash = strrchr(path, '/');
	enum cg_status st;

	if (slash == NULL || slash == path) {
		cg_log("%s: must be an absolute path", path);
		return CG_E_INVALID;
	}
	(void)snprintf(dir, sizeof(dir), "%.*s", (int)(slash - path), path);
	st = cg_dir_make(dir, 0, 0755);
	if (st != CG_OK) {
		return st;
	}
	st = cg_sockets_make(path, SOCK_STREAM, out);
	if (st == CG_E_DENIED) {
		cg_log("is it winbindd? It has to be moved first, by winbindd "
		       "socket directory in smb.conf");
	}
	return st;
}

static enum cg_status make_privileged(const struct cg_guardian *g)
{
	struct cg_front *front = g->front;
	char path[sizeof(front->dir) + 8];
	enum cg_status st;

	if (snprintf(front->dir, sizeof(front->dir),
		     "%.240s/winbindd_priv", g->settings.runtime_dir) < 0) {
		return CG_E_INVALID;
	}
	st = cg_dir_make(front->dir, g->users.winbindd_priv, 0750);
	if (st != CG_OK) {
		return st;
	}
	(void)snprintf(path, sizeof(path), "%s/pipe", front->dir);
	return cg_sockets_make(path, SOCK_STREAM, &front->privileged);
}

static bool make_shelf(int *ends)
{
	const int len = SHELF_LEN;

	return socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends) == 0
	       && setsockopt(ends[0], SOL_SOCKET, SO_SNDBUF, &len,
			     sizeof(len)) == 0;
}

static enum cg_status make_memory(struct cg_front *front)
{
	bool ok;

	front->book = memfd_create("credguard-winbind", MFD_CLOEXEC);
	ok = front->book >= 0;
	for (size_t i = 0; ok && i < CG_START_SHELVES; i++) {
		ok = make_shelf(front->shelves[i]);
	}
	if (!ok) {
		cg_log("the front's memory: %s", strerror(errno));
		return CG_E_SYSTEM;
	}
	return CG_OK;
}

static enum cg_status start(const struct cg_guardian *g)
{
	struct cg_front *front = g->front;
	struct cg_order order;
	enum cg_status st;

	cg_front_order(g, &order);
	front->begun_ms = now_ms();
	if (g->starts != NULL) {
		return cg_pickup_give(&g->starts->front, &order,
				      &front->child);
	}
	st = cg_spawn_front(g, &order, &front->child);
	if (st != CG_OK) {
		cg_child_kill(&front->child);
	}
	return st;
}

enum cg_status cg_front_begin(const struct cg_guardian *g)
{
	enum cg_status st;

	if (!g->settings.has_front) {
		return CG_OK;
	}
	g->front->delay_ms = DELAY_MIN_MS;
	st = make_memory(g->front);
	if (st == CG_OK) {
		st = make_privileged(g);
	}
	if (st == CG_OK) {
		st = make_pipe(g->settings.pipe, &g->front->pipe);
	}
	if (st != CG_OK) {
		return st;
	}
	if (g->starts != NULL) {	/* its unit comes when it comes */
		g->front->due_ms = now_ms();
		return CG_OK;
	}
	return start(g);
}

int cg_front_pidfd(const struct cg_front *front)
{
	return front->child.name != NULL ? front->child.pidfd : -1;
}

int cg_front_due_ms(const struct cg_front *front)
{
	int64_t left = front->due_ms - now_ms();

	if (front->due_ms == 0) {
		return -1;
	}
	/* The cast: at most DELAY_MAX_MS. */
	return left > 0 ? (int)left : 0;
}

static void plan_next(struct cg_front *front, bool is_unit)
{
	int64_t now = now_ms();

	if (is_unit) {
		front->due_ms = now + DELAY_MIN_MS;
		return;
	}

	if (now - front->begun_ms >= LONG_LIFE_MS) {
		front->delay_ms = DELAY_MIN_MS;
		front->due_ms = now;
		return;
	}
	front->due_ms = now + front->delay_ms;
	front->delay_ms = front->delay_ms * 2 < DELAY_MAX_MS ?
			  front->delay_ms * 2 : DELAY_MAX_MS;
}

void cg_front_tend(const struct cg_guardian *g)
{
	struct cg_front *front = g->front;

	if (front->child.name != NULL) {
		cg_child_reap(&front->child, 0, NULL);
		if (front->child.name == NULL) {
			plan_next(front, g->starts != NULL);
		}
	}
	if (front->due_ms == 0 || front->due_ms > now_ms()) {
		return;
	}
	front->due_ms = 0;
	if (start(g) != CG_OK) {
		plan_next(front, g->starts != NULL);
	}
}

void cg_front_end(const struct cg_guardian *g)
{
	char path[sizeof(g->front->dir) + 8];

	if (!g->settings.has_front) {
		return;
	}
	cg_child_kill(&g->front->child);
	if (g->front->pipe > 0) {
		(void)unlink(g->settings.pipe);
	}
	if (g->front->privileged > 0) {
		(void)snprintf(path, sizeof(path), "%s/pipe", g->front->dir);
		(void)unlink(path);
	}
	(void)rmdir(g->front->dir);
}
