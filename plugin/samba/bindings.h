/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The channel (TLS) that a connection is bound to, as NTLM has it. Which of
 * the bindings_*.c is built depends on the Samba: 4.17 knows none, 4.22 has
 * them of the application. */
#ifndef CG_SAMBA_BINDINGS_H
#define CG_SAMBA_BINDINGS_H

#include "idl/cg_idl.h"
#include "plugin/samba/gensec_api.h"

/* *len: 0, there are none, or CG_NTLM_BINDINGS_LEN bytes in out. False: there
 * are some, and they cannot be told; then there must be no answer. */
bool cg_bindings_hash(const struct gensec_security *gensec, uint8_t *out,
		      size_t *len);

#endif
