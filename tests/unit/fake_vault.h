/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The other end of the broker's channel, in the same event loop: answers as a
 * vault would, or as the test wants. */
#ifndef CG_TESTS_FAKE_VAULT_H
#define CG_TESTS_FAKE_VAULT_H

#include <stdbool.h>
#include <talloc.h>
#include <tevent.h>

#include "idl/cg_idl.h"

#define FAKE_REALM "EXAMPLE.TEST"
#define FAKE_TICKET "this is a ticket"
#define FAKE_SESSION_KEY "a 16 byte secret"
#define FAKE_ANSWER "this is an answer of NTLM"
#define FAKE_FORGOTTEN_MAX 256

/* Lengths are enough: what is passed on is not made up. */
struct fake_ntlm {
	uint32_t uid;
	uint64_t tgt;
	size_t negotiate;
	size_t challenge;
	size_t target;
	size_t bindings;
};

struct fake_vault {
	struct tevent_context *ev;
	int broker_end;
	int fd;
	struct tevent_fd *fde;
	uint32_t n_calls[CG_OP_COUNT];
	enum cg_status fails[CG_OP_COUNT];	/* instead of an answer */
	uint32_t detail;
	bool holds[CG_OP_COUNT];		/* no answer at all */
	uint32_t rounds;	/* absorb says more so often, per exchange */
	uint32_t rounds_left;
	bool keeps_stored;	/* import_ticket: a TGT */
	uint64_t kept_handle;	/* overrides the handle then, when not 0 */
	bool gives_no_ticket;	/* absorb_tgs_rep: names only */
	const char *realm;	/* where requests go; NULL: FAKE_REALM */
	uint64_t last_handle;
	uint64_t endtime;
	uint64_t forgotten[FAKE_FORGOTTEN_MAX];
	size_t n_forgotten;
	struct cg_bytes client;	/* of import_password, a copy */
	struct fake_ntlm ntlm;	/* what was asked for last */
	/* Changes the answer before it is sent. */
	void (*spoil)(struct fake_vault *vault, uint8_t *msg, size_t *len);
};

struct fake_vault *fake_vault_open(TALLOC_CTX *mem_ctx,
				   struct tevent_context *ev);
void fake_vault_close(struct fake_vault *vault);
bool fake_vault_forgot(const struct fake_vault *vault, uint64_t handle);
/* Wire form of "NAME@EXAMPLE.TEST" or "NAME/INSTANCE@..."; mem_ctx's. */
struct cg_bytes fake_principal(TALLOC_CTX *mem_ctx, const char *name,
			       const char *instance);

#endif
