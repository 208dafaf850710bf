/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See starts.h. */
#include "isolated-helper/launch/starts.h"

#include <stddef.h>

#include "isolated-helper/launch/notify.h"
#include "isolated-helper/launch/pair.h"

enum cg_status cg_starts_open(struct cg_guardian *g)
{
	enum cg_status st;

	if (!g->settings.units) {
		g->starts = NULL;
		return CG_OK;
	}
	g->starts->broker.name = "credguardd";
	g->starts->broker.user = &g->users.broker;
	g->starts->front.name = "credguard-winbind";
	g->starts->front.user = &g->users.front;
	st = cg_pickup_open(g->settings.runtime_dir, "broker",
			    &g->starts->broker);
	if (st == CG_OK && g->settings.has_front) {
		st = cg_pickup_open(g->settings.runtime_dir, "winbind",
				    &g->starts->front);
	}
	if (st == CG_OK) {
		cg_notify_ready();
	}
	return st;
}

void cg_starts_close(const struct cg_guardian *g)
{
	if (g->starts != NULL) {
		cg_pickup_remove(&g->starts->broker);
		cg_pickup_remove(&g->starts->front);
	}
}
