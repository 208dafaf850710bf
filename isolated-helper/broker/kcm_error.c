/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The one place where statuses become krb5 codes. A code below 1000 is an
 * errno, which the clients' error_message() knows as well.
 *
 * MIT's client takes KRB5_FCC_INTERNAL, KRB5_CC_IO and KRB5_CC_NOSUPP for "no
 * such operation" and tries another way: no failure may be called by those. It
 * takes KRB5_CC_END for "no such credential". */
#include "isolated-helper/broker/kcm_error.h"

#include <errno.h>
#include <krb5.h>

static long code_of(enum cg_status st)
{
	switch (st) {
	case CG_E_PROTO:
		return EBADMSG;
	case CG_E_NO_MEMORY:
		return KRB5_CC_NOMEM;
	case CG_E_LIMIT:
		/* As of the kernel's keyring caches. */
		return EDQUOT;
	case CG_E_NOT_FOUND:
		return KRB5_FCC_NOFILE;
	case CG_E_DENIED:
		return KRB5_FCC_PERM;
	case CG_E_INVALID:
		return KRB5_CC_BADNAME;
	case CG_E_CRYPTO:
		return KRB5KRB_AP_ERR_BAD_INTEGRITY;
	case CG_E_UNAVAILABLE:
	case CG_E_TIMEOUT:
		return KRB5_KDC_UNREACH;
	case CG_OK:
	case CG_E_KRB5:
	case CG_E_SYSTEM:
	case CG_E_UNVERIFIED:
	case CG_STATUS_COUNT:
		break;
	}
	return EIO;
}

uint32_t cg_kcm_error(enum cg_status st, uint32_t code)
{
	if (st == CG_E_KRB5 && code != 0) {
		return code;
	}
	/* Codes are negative longs in krb5.h and 32 bits on the wire. */
	return (uint32_t)code_of(st);
}

bool cg_kcm_error_is_unknown_server(uint32_t code)
{
	return code == (uint32_t)KRB5KDC_ERR_S_PRINCIPAL_UNKNOWN;
}
