/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The machine's keys on their way to the vault: with its birth, and again
 * whenever the keytab has changed, because the machine's password did. */
#ifndef CG_LAUNCH_HANDOVER_H
#define CG_LAUNCH_HANDOVER_H

#include <stdint.h>
#include <sys/stat.h>

#include "idl/sealing.h"
#include "idl/status.h"

struct cg_keytab;

/* Of one pair. */
struct cg_handover {
	const char *path;		/* the keytab */
	int to_broker;			/* SOCK_SEQPACKET */
	uint32_t number;		/* of handovers so far */
	struct stat seen;		/* all 0: no such file */
	uint8_t key[CG_HANDOVER_KEY_LEN];
};

/* Makes the key and *their_end, and reads the keytab that there is: *keytab
 * may be NULL and ends with cg_keytab_forget(). */
CG_MUST_CHECK enum cg_status cg_handover_open(const char *path,
					      struct cg_handover *out,
					      int *their_end,
					      struct cg_keytab **keytab);
/* Looks whether the keytab has changed, and hands its keys over then. */
void cg_handover_look(struct cg_handover *h);
void cg_handover_close(struct cg_handover *h);

#endif
