/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See client_attach.h. */
#include "plugin/client/client_attach.h"

#include "plugin/client/channel.h"
#include "plugin/client/client_state.h"

void cg_client_attach(struct cg_client *client, int fd)
{
	cg_channel_attach(client->channel, fd);
}
