/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pipe front asks for others: it attaches the socket of its own client,
 * and the kernel says who that is. So it can act only for who is connected to
 * it. Nobody else may attach anything. */
#ifndef CG_BROKER_CLIENT_ATTACH_H
#define CG_BROKER_CLIENT_ATTACH_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "idl/status.h"

struct cg_peer;

struct cg_datagram {
	uint8_t *data;
	size_t cap;
	size_t len;
	int attached;		/* -1, or the reader's to close */
};

/* CG_E_NOT_FOUND: nothing is there now. CG_E_UNAVAILABLE: closed.
 * CG_E_PROTO: cut off, or with descriptors that may not be; they are gone. */
CG_MUST_CHECK enum cg_status cg_client_attach_receive(int fd, bool may_attach,
						      struct cg_datagram *out);
/* Who is at the other end of an accepted stream socket; CG_E_PROTO: it is
 * none. Closes it, at once or with *out. */
CG_MUST_CHECK enum cg_status cg_client_attach_peer(int attached,
						   struct cg_peer *out);

#endif
