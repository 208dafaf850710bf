/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The answer of credguard-locate: lines "ADDRESS PORT" on standard output,
 * each written at once, so that a time-out costs only what was not found. */
#ifndef CG_BROKER_LOCATE_OUT_H
#define CG_BROKER_LOCATE_OUT_H

#include <stdint.h>

#define CG_KERBEROS_PORT 88U
#define CG_LOCATE_LINES_MAX 32U

struct cg_locate_out {
	unsigned int n;		/* lines written */
};

/* All TCP addresses of host, a name or an address. */
void cg_locate_put(struct cg_locate_out *out, const char *host,
		   uint16_t port);
/* text: HOST, HOST:PORT, [ADDRESS] or [ADDRESS]:PORT. */
void cg_locate_put_text(struct cg_locate_out *out, const char *text);

#endif
