/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The birth pack: what the vault learns from the guardian before it serves
 * the broker, and what it says of itself. */
#ifndef CG_LAUNCH_BIRTH_H
#define CG_LAUNCH_BIRTH_H

#include <stdint.h>

#include "idl/sealing.h"
#include "idl/status.h"

struct cg_keytab;
struct cg_settings;
struct cg_state;

struct cg_birth_pack {
	const struct cg_settings *settings;
	const struct cg_keytab *keytab;	/* NULL: the machine has no key */
	const uint8_t *handover_key;	/* CG_HANDOVER_KEY_LEN bytes */
	const struct cg_state *state;	/* has the sealing key */
};

struct cg_birth {
	uint32_t protection;		/* enum cg_protection */
	uint32_t landlock_abi;
	uint8_t pubkey[CG_SEAL_PUBKEY_LEN];
};

/* channel: the broker's end. stop_fd: readable when the guardian is to end.
 * Says on stderr what is wrong. */
CG_MUST_CHECK enum cg_status cg_birth(const struct cg_birth_pack *pack,
				      int channel, int stop_fd,
				      struct cg_birth *out);

#endif
