/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One message to a realm: its KDCs one after the other, the next one started
 * when one fails or is silent; the first whole answer wins. */
#ifndef CG_BROKER_KDC_TRY_H
#define CG_BROKER_KDC_TRY_H

#include <stdbool.h>
#include <talloc.h>
#include <tevent.h>

#include "idl/bytes.h"
#include "idl/status.h"
#include "isolated-helper/broker/kdc.h"

struct cg_kdc_list;

struct cg_kdc_try {
	struct cg_kdc_list *list;
	struct cg_realm realm;
	struct cg_bytes request;	/* lives as long as the try */
	uint32_t connect_timeout_s;	/* of one KDC */
	bool kpasswd;			/* to the port for passwords */
};

struct tevent_req *cg_kdc_try_send(TALLOC_CTX *mem_ctx,
				   struct tevent_context *ev,
				   const struct cg_kdc_try *what);
/* Before recv: our address on the connection of the answer. */
void cg_kdc_try_local(struct tevent_req *req, struct cg_kdc_local *out);
/* out's bytes belong to mem_ctx. CG_E_UNAVAILABLE: none answered. */
CG_MUST_CHECK enum cg_status cg_kdc_try_recv(struct tevent_req *req,
					     TALLOC_CTX *mem_ctx,
					     struct cg_bytes *out);

#endif
