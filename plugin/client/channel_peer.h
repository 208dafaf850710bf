/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is at the other end of a connected socket. */
#ifndef CG_CLIENT_CHANNEL_PEER_H
#define CG_CLIENT_CHANNEL_PEER_H

#include "idl/status.h"

/* CG_OK: root or the user credguard called listen(). */
CG_MUST_CHECK enum cg_status cg_channel_peer_check(int fd);

#endif
