/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The second name of a host-based service. With dns_canonicalize_hostname =
 * fallback, libkrb5 asks its cache for the name as the user typed it and for
 * none other: it would try the host's full name next, but needs the TGT for
 * that. So the front does it, as far as that goes without DNS. */
#ifndef CG_BROKER_KCM_QUALIFY_H
#define CG_BROKER_KCM_QUALIFY_H

#include <talloc.h>

#include "idl/bytes.h"

/* For service/HOST or service/HOST:port of type NT-SRV-HST: the same with HOST
 * in lower case, without a dot at its end, and with domain when it has no dot;
 * owned by mem_ctx. Empty when that is no other name, and for all other
 * principals. domain may be NULL. */
struct cg_bytes cg_kcm_qualify(TALLOC_CTX *mem_ctx, struct cg_bytes server,
			       const char *domain);

#endif
