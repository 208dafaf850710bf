/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The keys of this machine, by which a KDC proves that it is the domain's:
 * only a true one can seal a ticket to them. They come from the guardian. */
#ifndef CG_VAULT_MACHINE_H
#define CG_VAULT_MACHINE_H

#include <stdbool.h>
#include <stdint.h>

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_import_machine_key_in;
struct cg_secret;

#define CG_MACHINE_KEYS_MAX 64U

struct cg_machine_key {
	struct cg_machine_key *next;
	uint32_t kvno;
	int32_t enctype;
	struct cg_bytes server;		/* wire form; the key owns it */
	struct cg_secret *secret;
};

struct cg_machine {
	bool verify_kdc;		/* policy */
	uint32_t n;
	struct cg_machine_key *first;	/* in the order of arrival */
};

/* CG_E_DENIED: of an enctype that is not permitted. */
CG_MUST_CHECK enum cg_status cg_machine_add(
	struct cg_machine *m, const struct cg_import_machine_key_in *in);
void cg_machine_forget(struct cg_machine *m);

#endif
