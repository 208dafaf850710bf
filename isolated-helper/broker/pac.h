/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a PAC ([MS-PAC]) says that is of use before winbind has it. */
#ifndef CG_BROKER_PAC_H
#define CG_BROKER_PAC_H

#include <stdint.h>

#include "idl/bytes.h"

/* PasswordMustChange of KERB_VALIDATION_INFO, in seconds since 1970. 0: never,
 * or there is no such PAC. */
uint64_t cg_pac_password_expires(struct cg_bytes pac);

#endif
