/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the acquire_*.c share; nobody else includes it. */
#ifndef CG_BROKER_ACQUIRE_STATE_H
#define CG_BROKER_ACQUIRE_STATE_H

#include <sys/queue.h>

#include "isolated-helper/broker/acquire.h"
#include "isolated-helper/broker/rules.h"

struct cg_job;		/* acquire_job.c */
struct cg_relay;
struct cg_vault;

struct cg_acquire {
	struct tevent_context *ev;
	struct cg_vault *vault;
	struct cg_relay *relay;
	struct cg_rules rules;		/* audit NULL: lines of text only */
	TAILQ_HEAD(cg_job_list, cg_job) jobs;
};

#endif
