/* SPDX-License-Identifier: GPL-3.0-or-later */
/* All parts of the broker, put together. */
#ifndef CG_BROKER_BROKER_H
#define CG_BROKER_BROKER_H

#include <talloc.h>
#include <tevent.h>

#include "idl/status.h"

struct cg_config;
struct cg_inherited;

struct cg_broker;

/* Both outlive the broker. */
struct cg_broker_setup {
	const struct cg_config *config;
	const struct cg_inherited *inherited;
	void (*on_vault_lost)(const char *why, void *arg);
	void *arg;
};

/* Opens the channel and greets the vault, which may take its time. */
CG_MUST_CHECK enum cg_status cg_broker_open(
	TALLOC_CTX *mem_ctx, struct tevent_context *ev,
	const struct cg_broker_setup *setup, struct cg_broker **out);
/* From here on clients are served. */
CG_MUST_CHECK enum cg_status cg_broker_listen(struct cg_broker *broker);

#endif
