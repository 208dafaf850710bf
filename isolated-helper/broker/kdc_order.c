/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See kdc_order.h. */
#include "isolated-helper/broker/kdc_order.h"

#include <string.h>

static struct cg_known_kdc *find(struct cg_kdc_order *order,
				 const struct cg_kdc *kdc)
{
	for (size_t i = 0; i < order->n; i++) {
		if (cg_kdc_is_same(&order->known[i].kdc, kdc)) {
			return &order->known[i];
		}
	}
	return NULL;
}

static void take_line(struct cg_kdc_order *new, struct cg_kdc_order *old,
		      const char *line)
{
	struct cg_kdc kdc;
	struct cg_known_kdc *known;

	if (new->n >= CG_KDC_COUNT_MAX || cg_kdc_of_line(line, &kdc) != CG_OK
	    || find(new, &kdc) != NULL) {
		return;
	}
	known = find(old, &kdc);
	new->known[new->n++] = (struct cg_known_kdc){
		kdc, known != NULL ? known->failed_until_s : 0
	};
}

enum cg_status cg_kdc_order_replace(struct cg_kdc_order *order, char *lines)
{
	struct cg_kdc_order new = { .answered_last = order->answered_last };
	const char *line;

	while ((line = strsep(&lines, "\n")) != NULL) {
		take_line(&new, order, line);
	}
	if (new.n == 0) {
		return CG_E_NOT_FOUND;
	}
	*order = new;
	return CG_OK;
}

void cg_kdc_order_answered(struct cg_kdc_order *order,
			   const struct cg_kdc *kdc)
{
	struct cg_known_kdc *known = find(order, kdc);

	if (known != NULL) {
		known->failed_until_s = 0;
		order->answered_last = *kdc;
	}
}

void cg_kdc_order_failed(struct cg_kdc_order *order, const struct cg_kdc *kdc,
			 uint64_t now_s)
{
	struct cg_known_kdc *known = find(order, kdc);

	if (known != NULL) {
		known->failed_until_s = now_s + CG_KDC_FAILED_S;
	}
}

static void add_all(struct cg_kdcs *out, const struct cg_kdc_order *order,
		    uint64_t now_s, bool failed)
{
	for (size_t i = 0; i < order->n; i++) {
		const struct cg_known_kdc *known = &order->known[i];

		if ((known->failed_until_s > now_s) == failed) {
			out->kdc[out->n++] = known->kdc;
		}
	}
}

static void put_first(struct cg_kdcs *kdcs, const struct cg_kdc *first)
{
	for (size_t i = 1; i < kdcs->n; i++) {
		if (cg_kdc_is_same(&kdcs->kdc[i], first)) {
			memmove(&kdcs->kdc[1], &kdcs->kdc[0],
				i * sizeof(kdcs->kdc[0]));
			kdcs->kdc[0] = *first;
			return;
		}
	}
}

enum cg_status cg_kdc_order_best(const struct cg_kdc_order *order,
				 uint64_t now_s, struct cg_kdcs *out)
{
	*out = (struct cg_kdcs){ .n = 0 };
	add_all(out, order, now_s, false);
	put_first(out, &order->answered_last);
	add_all(out, order, now_s, true);
	return out->n > 0 ? CG_OK : CG_E_UNAVAILABLE;
}
