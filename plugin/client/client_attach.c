/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See client_attach.h. */
#include "plugin/client/client_attach.h"

#include "plugin/client/channel.h"
#include "plugin/client/client_state.h"

enum cg_status cg_client_attach(struct cg_client *client, int fd)
{
	return cg_channel_attach(client->channel, fd);
}
