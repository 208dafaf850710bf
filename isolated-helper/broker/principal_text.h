/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Principals for people to read: "alice@EXAMPLE.TEST". */
#ifndef CG_BROKER_PRINCIPAL_TEXT_H
#define CG_BROKER_PRINCIPAL_TEXT_H

#include "idl/bytes.h"

#define CG_PRINCIPAL_TEXT_LEN 320U

/* '/', '@' and '\' inside a part get a '\' in front; what is not printable
 * becomes '?'. Too long ones are cut; what is no principal is "?", nothing at
 * all is "-". For people only: never compare it, never parse it. */
void cg_principal_text(struct cg_bytes wire,
		       char out[static CG_PRINCIPAL_TEXT_LEN]);

#endif
