/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of offline logon, for offline*.c only. */
#ifndef CG_BROKER_OFFLINE_STATE_H
#define CG_BROKER_OFFLINE_STATE_H

#include <tevent.h>

struct cg_offline {
	struct tevent_context *ev;
	struct cg_vault *vault;
	struct cg_offline_store *store;
	struct tevent_queue *queue;
};

#endif
