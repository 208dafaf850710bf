/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Between idl_samba.c and samba_messages.c, which make_messages.py writes. */
#ifndef CG_TESTS_IDL_SAMBA_CALLS_H
#define CG_TESTS_IDL_SAMBA_CALLS_H

#include "tests/component/ndr_credguard.h"
#include "tests/unit/messages.h"

struct samba_calls {		/* each returns an enum ndr_err_code */
	int (*push)(struct ndr_push *ndr, const struct value *v);
	int (*pull)(struct ndr_pull *ndr, struct value *v);
};

extern const struct samba_calls cg_samba_calls[];

#endif
