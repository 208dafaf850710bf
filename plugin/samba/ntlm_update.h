/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps of one NTLMSSP connection that may use the vault. */
#ifndef CG_SAMBA_NTLM_UPDATE_H
#define CG_SAMBA_NTLM_UPDATE_H

#include <stdbool.h>

#include "plugin/samba/gensec_api.h"

/* From now on the connection's messages pass here. Its mechanism is a wrap
 * (wrap.h) before and after. false: no memory. */
bool cg_ntlm_update_attach(struct gensec_security *gensec);

#endif
