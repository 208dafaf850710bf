/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bounds that more than one process relies on. */
#ifndef CG_IDL_LIMITS_H
#define CG_IDL_LIMITS_H

#include <stdint.h>

#define CG_WIRE_VERSION 1U
#define CG_MSG_MAX (256U * 1024U)	/* one datagram, header included */
#define CG_HEADER_LEN 16U
#define CG_CHANNEL_FD 3			/* the vault's only descriptor */
#define CG_SEEN_FD 4			/* until the vault has mapped it */
#define CG_SEEN_LEN (1024U * 16U + 8U)	/* see verifier_rules.h */
#define CG_UID_ALL UINT32_MAX
#define CG_PASSWORD_MAX 1024U		/* bytes, UTF-8 */

#endif
