/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Principals in the ccache format, version 4, looked at where they lie. Two
 * are equal when realm and components are: the name type is no identity. */
#ifndef CG_BROKER_CCACHE_PRINC_H
#define CG_BROKER_CCACHE_PRINC_H

#include <stdbool.h>
#include <talloc.h>

#include "idl/bytes.h"
#include "idl/cursor.h"

#define CG_CCACHE_NT_SRV_HST 3U		/* RFC 4120 6.2 */

struct cg_ccache_princ {
	uint32_t type;
	uint32_t n_names;
	struct cg_bytes realm;
	struct cg_bytes names;		/* each with its length */
};

/* Takes one principal out of r, which fails when there is none, or one with
 * too long a realm or altogether too long. */
struct cg_bytes cg_ccache_princ_take(struct cg_reader *r);
/* wire has exactly one principal? Then its parts. */
bool cg_ccache_princ_split(struct cg_bytes wire, struct cg_ccache_princ *out);
/* The component with this number from 0; empty when there is none. */
struct cg_bytes cg_ccache_princ_name(const struct cg_ccache_princ *princ,
				     uint32_t number);

/* All of these take principals that cg_ccache_princ_take() gave. */
struct cg_bytes cg_ccache_princ_identity(struct cg_bytes wire);
bool cg_ccache_princ_equal(struct cg_bytes a, struct cg_bytes b);
bool cg_ccache_princ_equal_names(struct cg_bytes a, struct cg_bytes b);
bool cg_ccache_princ_realm_is_empty(struct cg_bytes wire);
/* Of the realm X-CACHECONF: no ticket but a setting of the client's. */
bool cg_ccache_princ_is_config(struct cg_bytes wire);
/* First component krbtgt in any case, in any realm, of any name type. */
bool cg_ccache_princ_is_tgs(struct cg_bytes wire);
/* krbtgt/REALM@REALM of this client's realm. */
bool cg_ccache_princ_is_local_tgs(struct cg_bytes wire,
				  struct cg_bytes client);
/* server with client's realm, owned by mem_ctx; empty when out of memory. */
struct cg_bytes cg_ccache_princ_in_realm(TALLOC_CTX *mem_ctx,
					 struct cg_bytes server,
					 struct cg_bytes client);

#endif
