/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the pipe front alone: to ask for another. */
#ifndef CG_CLIENT_CLIENT_ATTACH_H
#define CG_CLIENT_CLIENT_ATTACH_H

#include "idl/status.h"

struct cg_client;

/* The next call is made for who is at the other end of that accepted socket,
 * of which a copy goes along. The broker hangs up on others than the front. */
CG_MUST_CHECK enum cg_status cg_client_attach(struct cg_client *client,
					      int fd);

#endif
