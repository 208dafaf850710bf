/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Upper case for NTOWFv2 ([MS-NLMP] 3.3.2), of one UTF-16 code unit. It must
 * be what the server uses, or a user with such a name cannot sign in: the
 * letters of Windows' table, which Samba has as well, and not the newer ones
 * of Unicode; what is beyond 0xffff has no case. libc's answer would come
 * from locale files, which are not there in the vault. */
#ifndef CG_VAULT_UPCASE_H
#define CG_VAULT_UPCASE_H

#include <stdint.h>

uint16_t cg_upcase(uint16_t c);

#endif
