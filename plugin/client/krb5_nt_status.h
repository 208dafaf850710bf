/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The Kerberos error that stands for an NTSTATUS, for who knows only these. */
#ifndef CG_CLIENT_KRB5_NT_STATUS_H
#define CG_CLIENT_KRB5_NT_STATUS_H

#include <stdint.h>

/* KRB5KDC_ERR_POLICY for one that is not in idl/nt_status.h. */
int32_t cg_krb5_of_nt_status(uint32_t nt_status);

#endif
