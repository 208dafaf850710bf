/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where broker and pipe front fetch what they are started with when systemd
 * starts them, each in a unit of its own (--units). A start is allowed by a
 * random number that is good once: systemd reads it as root for each start of
 * the unit (LoadCredential=), after it has ended whatever the unit's user had
 * left. So a broker that was taken over cannot fetch a second vault, though it
 * has the uid that may connect. */
#ifndef CG_LAUNCH_PICKUP_H
#define CG_LAUNCH_PICKUP_H

#include <stdint.h>

#include "idl/start.h"
#include "idl/status.h"

struct cg_child;
struct cg_order;
struct cg_user;

struct cg_pickup {
	const char *name;	/* static: of the program */
	const struct cg_user *user;
	int fd;			/* listening */
	uint8_t number[CG_START_NUMBER_LEN];
	char dir[224];
};

/* Makes DIR/start-ROLE with socket and number. */
CG_MUST_CHECK enum cg_status cg_pickup_open(const char *runtime_dir,
					    const char *role,
					    struct cg_pickup *pickup);
/* CG_E_UNAVAILABLE: nobody is there who may have it. */
CG_MUST_CHECK enum cg_status cg_pickup_give(struct cg_pickup *pickup,
					    struct cg_order *order,
					    struct cg_child *out);
void cg_pickup_remove(const struct cg_pickup *pickup);

#endif
