/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Of a PAC ([MS-PAC]) the one thing that the vault acts on: whether the user
 * is in a group of the domain. The bytes are the domain controller's, out of a
 * ticket that was sealed with this machine's key; all the same nothing in them
 * is believed before it is measured. */
#ifndef CG_VAULT_PAC_H
#define CG_VAULT_PAC_H

#include <stdint.h>

#include "idl/bytes.h"

#define CG_PAC_RID_PROTECTED_USERS 525U

enum cg_pac_answer {
	CG_PAC_NO,
	CG_PAC_YES,
	CG_PAC_UNREADABLE,	/* a PAC, and no answer in it */
};

/* Of no PAC at all (empty): no. */
enum cg_pac_answer cg_pac_is_member(struct cg_bytes pac, uint32_t rid);

#endif
