/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The KDCs of one realm and which of them to ask first: the one that answered
 * last, then as found, last those that failed a short while ago. */
#ifndef CG_BROKER_KDC_ORDER_H
#define CG_BROKER_KDC_ORDER_H

#include <stddef.h>
#include <stdint.h>

#include "isolated-helper/broker/kdc.h"

#define CG_KDC_FAILED_S 30U

struct cg_kdcs {
	size_t n;
	struct cg_kdc kdc[CG_KDC_COUNT_MAX];
};

struct cg_kdc_order {
	size_t n;
	struct cg_known_kdc {
		struct cg_kdc kdc;
		uint64_t failed_until_s;
	} known[CG_KDC_COUNT_MAX];
	struct cg_kdc answered_last;
};

/* New addresses, one line each (cg_kdc_of_line); what is known about one
 * stays. Without a good line the old ones stay: better than none. */
CG_MUST_CHECK enum cg_status cg_kdc_order_replace(struct cg_kdc_order *order,
						  char *lines);
void cg_kdc_order_answered(struct cg_kdc_order *order,
			   const struct cg_kdc *kdc);
void cg_kdc_order_failed(struct cg_kdc_order *order, const struct cg_kdc *kdc,
			 uint64_t now_s);
/* CG_E_UNAVAILABLE: none is known. */
CG_MUST_CHECK enum cg_status cg_kdc_order_best(
	const struct cg_kdc_order *order, uint64_t now_s,
	struct cg_kdcs *out);

#endif
