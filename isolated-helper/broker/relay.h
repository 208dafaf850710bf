/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Carries messages to the KDCs of realms. Nobody's dead realm stalls anybody
 * else: uids and realms have so many places, the rest waits or is refused. */
#ifndef CG_BROKER_RELAY_H
#define CG_BROKER_RELAY_H

#include <stdbool.h>
#include <sys/types.h>
#include <talloc.h>
#include <tevent.h>

#include "idl/bytes.h"
#include "idl/status.h"

#define CG_RELAY_PER_UID 4U
#define CG_RELAY_PER_REALM 16U	/* small KDCs drop connections of a crowd */
#define CG_RELAY_TOTAL 512U
#define CG_RELAY_QUEUE 256U
#define CG_RELAY_QUEUE_PER_UID 64U

struct cg_kdc_list;
struct cg_kdc_local;
struct cg_relay;

struct cg_relay_times {
	uint32_t timeout_s;		/* waiting in the queue included */
	uint32_t connect_timeout_s;	/* of one KDC */
};

struct cg_relay *cg_relay_open(TALLOC_CTX *mem_ctx, struct tevent_context *ev,
			       struct cg_kdc_list *kdcs,
			       const struct cg_relay_times *times);
uint32_t cg_relay_timeout_s(const struct cg_relay *relay);

struct cg_relay_what {
	uid_t uid;			/* on whose behalf */
	struct cg_bytes realm;
	struct cg_bytes request;	/* lives as long as the tevent_req */
	bool kpasswd;			/* to the port for passwords */
};

struct tevent_req *cg_relay_send(TALLOC_CTX *mem_ctx,
				 struct tevent_context *ev,
				 struct cg_relay *relay,
				 const struct cg_relay_what *what);
/* Before recv: our address on the connection of the answer. */
void cg_relay_local(struct tevent_req *req, struct cg_kdc_local *out);
/* reply's bytes belong to mem_ctx. CG_E_UNAVAILABLE: no KDC answered or is
 * known. CG_E_LIMIT: too much is under way. CG_E_INVALID: no such realm name
 * is accepted. CG_E_TIMEOUT. */
CG_MUST_CHECK enum cg_status cg_relay_recv(struct tevent_req *req,
					   TALLOC_CTX *mem_ctx,
					   struct cg_bytes *reply);

#endif
