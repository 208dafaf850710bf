/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A credential that a client obtained itself and stored over KCM. There is no
 * decrypted part to read, so its name decides, and in doubt it stays. */
#ifndef CG_VAULT_KRB5_IMPORT_H
#define CG_VAULT_KRB5_IMPORT_H

#include "idl/status.h"

struct cg_entry;
struct cg_import_ticket_in;

/* *out NULL with CG_OK: not ours to keep. CG_E_DENIED: an enctype that this
 * vault does not use. */
CG_MUST_CHECK enum cg_status cg_import_entry(
	const struct cg_import_ticket_in *req, struct cg_entry **out);

#endif
