/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An event of a connection that is written down as soon as its answer has been
 * sent, in the same turn of the event loop: to look at the program that asks,
 * and to write, takes half as long again as an NTLM answer, and nobody has to
 * wait for it. Only for what was allowed; a refusal is written at once. */
#ifndef CG_BROKER_CLIENT_LATE_H
#define CG_BROKER_CLIENT_LATE_H

#include <talloc.h>

struct cg_audit;
struct cg_client_late;

/* One for each connection; NULL when out of memory. */
struct cg_client_late *cg_client_late_open(TALLOC_CTX *mem_ctx);
/* late NULL: writes it at once. event's peer must stay until it is written;
 * one event at a time. */
void cg_client_late_put(struct cg_client_late *late,
			const struct cg_audit *event);
/* What there is; without, nothing. */
void cg_client_late_write(struct cg_client_late *late);

#endif
