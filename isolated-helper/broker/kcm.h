/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The KCM front: what MIT's and Heimdal's libraries call credential cache
 * type KCM. A translator: it decides nothing about credentials. */
#ifndef CG_BROKER_KCM_H
#define CG_BROKER_KCM_H

#include <talloc.h>
#include <tevent.h>

#include "idl/status.h"
#include "isolated-helper/broker/rules.h"

struct cg_acquire;
struct cg_audit_log;
struct cg_ccaches;
struct cg_conn;

struct cg_kcm_setup {
	struct tevent_context *ev;
	struct cg_ccaches *ccaches;
	struct cg_acquire *acquire;
	struct cg_audit_log *audit;	/* NULL: lines of text only */
	struct cg_rules rules;
	/* Appended to host names without a dot that the KDC does not know;
	 * NULL: nothing is. See kcm_qualify.h. */
	const char *domain;
	/* For a request from its first to its last byte, and for a client to
	 * read some more of a reply; 0: 30. */
	uint32_t patience_s;
};

struct cg_kcm;

/* The setup's objects outlive the result, which outlives its connections;
 * domain is copied. */
struct cg_kcm *cg_kcm_open(TALLOC_CTX *mem_ctx,
			   const struct cg_kcm_setup *setup);
/* Takes over an accepted connection: the on_connection of listen.h, with the
 * struct cg_kcm as private_data. */
void cg_kcm_serve(struct cg_conn *conn, void *private_data);

#endif
