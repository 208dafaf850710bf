/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One message to one KDC over TCP and its answer (RFC 4120 7.2.2). */
#ifndef CG_BROKER_KDC_CONN_H
#define CG_BROKER_KDC_CONN_H

#include <stdbool.h>
#include <talloc.h>
#include <tevent.h>

#include "idl/bytes.h"
#include "idl/status.h"

struct cg_kdc;
struct cg_kdc_local;

/* request is copied. Only connecting has a time limit here: CG_E_TIMEOUT. */
struct tevent_req *cg_kdc_conn_send(TALLOC_CTX *mem_ctx,
				    struct tevent_context *ev,
				    const struct cg_kdc *kdc,
				    struct cg_bytes request,
				    uint32_t connect_timeout_s);
bool cg_kdc_conn_is_connected(struct tevent_req *req);
/* Before recv: our address; len 0 when it was never connected. */
void cg_kdc_conn_local(struct tevent_req *req, struct cg_kdc_local *out);
/* out's bytes belong to mem_ctx. CG_E_UNAVAILABLE: this KDC is of no use just
 * now. CG_E_SYSTEM: the fault is on our side. */
CG_MUST_CHECK enum cg_status cg_kdc_conn_recv(struct tevent_req *req,
					      TALLOC_CTX *mem_ctx,
					      struct cg_bytes *out);

#endif
