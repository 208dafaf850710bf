/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts credguardd as its own user. */
#ifndef CG_LAUNCH_SPAWN_BROKER_H
#define CG_LAUNCH_SPAWN_BROKER_H

#include "idl/sealing.h"
#include "idl/status.h"

struct cg_child;
struct cg_order;
struct cg_settings;
struct cg_sockets;
struct cg_users;

struct cg_broker_with {
	int channel;			/* to the vault */
	const struct cg_sockets *sockets;
	int guardian;			/* handovers come from there */
	int verifiers;			/* -1: no offline logon */
	enum cg_sealing_kind policy_held_by;	/* for who asks */
};

/* The descriptors stay the caller's. */
void cg_broker_order(const struct cg_settings *s, const struct cg_users *users,
		     const struct cg_broker_with *with, struct cg_order *out);
/* *out is the caller's to kill, on failure too. */
CG_MUST_CHECK enum cg_status cg_spawn_broker(const struct cg_settings *s,
					     const struct cg_users *users,
					     struct cg_order *order,
					     struct cg_child *out);

#endif
