/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of a client, for client*.c only. */
#ifndef CG_CLIENT_CLIENT_STATE_H
#define CG_CLIENT_CLIENT_STATE_H

#include <stdint.h>

#include "plugin/client/client_error.h"

struct cg_channel;

struct cg_client {
	struct cg_channel *channel;
	uint32_t last_id;
	uint32_t timeout_ms;
	uint32_t kdc_timeout_ms;
	char runtime_dir[CG_CLIENT_PATH_MAX];
};

#endif
