/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two listening sockets: systemd's, or made here. They stay open in the
 * guardian, so that nobody is refused while a new pair starts. */
#ifndef CG_LAUNCH_SOCKETS_H
#define CG_LAUNCH_SOCKETS_H

#include <stdbool.h>

#include "idl/status.h"

struct cg_settings;

struct cg_sockets {
	int kcm;		/* SOCK_STREAM */
	int client;		/* SOCK_SEQPACKET */
	bool made;		/* by us: ours to remove */
};

/* Whoever listens there already is not disturbed. Says what is wrong. */
CG_MUST_CHECK enum cg_status cg_sockets_make(const char *path, int type,
					     int *out);
/* Says on stderr what is wrong. */
CG_MUST_CHECK enum cg_status cg_sockets_open(const struct cg_settings *s,
					     struct cg_sockets *out);
void cg_sockets_remove(const struct cg_sockets *sockets,
		       const struct cg_settings *s);

#endif
