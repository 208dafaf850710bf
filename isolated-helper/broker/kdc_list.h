/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which KDCs a realm has, found by credguard-locate and remembered, and which
 * of them to ask first. */
#ifndef CG_BROKER_KDC_LIST_H
#define CG_BROKER_KDC_LIST_H

#include <talloc.h>
#include <tevent.h>

#include "idl/status.h"
#include "isolated-helper/broker/kdc.h"
#include "isolated-helper/broker/kdc_order.h"

#define CG_LOCATE_LIMIT_S 5U
#define CG_KDCS_FOUND_S 600U		/* remembered so long */
#define CG_KDCS_NOT_FOUND_S 5U

struct cg_kdc_list;

/* KDCs of one realm that the configuration names: HOST or HOST:PORT. */
struct cg_fixed_kdcs {
	struct cg_realm realm;
	const char *hosts[CG_KDC_COUNT_MAX + 1];	/* NULL ends */
};

struct cg_kdc_sources {
	const char *locate_program;
	const struct cg_fixed_kdcs *fixed;	/* outlives the list */
	size_t n_fixed;
};

struct cg_kdc_list *cg_kdc_list_open(TALLOC_CTX *mem_ctx,
				     struct tevent_context *ev,
				     const struct cg_kdc_sources *sources);

/* Starts at most one program per realm, however many ask. CG_E_UNAVAILABLE:
 * no KDC is known. */
struct tevent_req *cg_kdc_list_send(TALLOC_CTX *mem_ctx,
				    struct tevent_context *ev,
				    struct cg_kdc_list *list,
				    const struct cg_realm *realm);
/* The best one first. */
CG_MUST_CHECK enum cg_status cg_kdc_list_recv(struct tevent_req *req,
					      struct cg_kdcs *out);

/* What a KDC did, for the order the next time. */
void cg_kdc_list_answered(struct cg_kdc_list *list,
			  const struct cg_realm *realm,
			  const struct cg_kdc *kdc);
void cg_kdc_list_failed(struct cg_kdc_list *list, const struct cg_realm *realm,
			const struct cg_kdc *kdc);
/* None of them answered: look for others the next time. */
void cg_kdc_list_exhausted(struct cg_kdc_list *list,
			   const struct cg_realm *realm);

#endif
