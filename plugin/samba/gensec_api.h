/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Samba's GENSEC, public and private, in the order its headers need. The
 * private ones come from the source of the Samba that this is built for. */
#ifndef CG_SAMBA_GENSEC_API_H
#define CG_SAMBA_GENSEC_API_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/time.h>

#include <core/ntstatus.h>
#include <credentials.h>
#include <talloc.h>
#include <tevent.h>
#include <util/data_blob.h>

#include <gensec/gensec.h>
#include <gensec/gensec_internal.h>

/* Exported, and used by Samba's own code, but in no installed header. */
struct cli_credentials *cli_credentials_shallow_copy(
	TALLOC_CTX *mem_ctx, struct cli_credentials *src);

#endif
