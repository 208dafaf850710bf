/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why Active Directory refuses a logon, more exactly than Kerberos can say:
 * [MS-ERREF] 2.3.1, the values that people meet. */
#ifndef CG_IDL_NT_STATUS_H
#define CG_IDL_NT_STATUS_H

#define CG_NT_NO_SUCH_USER 0xc0000064U
#define CG_NT_WRONG_PASSWORD 0xc000006aU
#define CG_NT_LOGON_FAILURE 0xc000006dU
#define CG_NT_ACCOUNT_RESTRICTION 0xc000006eU
#define CG_NT_INVALID_LOGON_HOURS 0xc000006fU
#define CG_NT_INVALID_WORKSTATION 0xc0000070U
#define CG_NT_PASSWORD_EXPIRED 0xc0000071U
#define CG_NT_ACCOUNT_DISABLED 0xc0000072U
#define CG_NT_ACCOUNT_EXPIRED 0xc0000193U
#define CG_NT_PASSWORD_MUST_CHANGE 0xc0000224U
#define CG_NT_ACCOUNT_LOCKED_OUT 0xc0000234U

/* Of a header's detail: is it an NTSTATUS, and of an error? */
#define CG_NT_IS_ERROR(detail) ((detail) >> 28 == 0xcU)

#endif
