/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Of a header's detail, libkrb5's code for what a KDC answered: does it say
 * something about the moment (clocks that differ, a KDC that starts), and
 * nothing about the user or the password? */
#ifndef CG_IDL_KDC_ERROR_H
#define CG_IDL_KDC_ERROR_H

/* RFC 4120 7.5.9, as libkrb5 counts: from ERROR_TABLE_BASE_krb5. */
#define CG_KDC_ERROR(number) ((uint32_t)(-1765328384 + (number)))
#define CG_KDC_ERROR_PASSES(detail) \
	((detail) == CG_KDC_ERROR(29) ||	/* SVC_UNAVAILABLE */ \
	 (detail) == CG_KDC_ERROR(37) ||	/* AP_ERR_SKEW */ \
	 (detail) == CG_KDC_ERROR(60))		/* ERR_GENERIC */

#endif
