/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Inside of a channel, for channel_*.c only. */
#ifndef CG_CLIENT_CHANNEL_STATE_H
#define CG_CLIENT_CHANNEL_STATE_H

#include <stdbool.h>

#include "plugin/client/client_error.h"

struct cg_channel {
	int fd;			/* -1: closed for good */
	int attached;		/* to the next request; -1: nothing */
	bool is_busy;
	char path[CG_CLIENT_PATH_MAX];
};

#endif
