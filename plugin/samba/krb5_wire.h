/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Principals and credentials between the ccache file format, which is also
 * the IDL's, and Heimdal's structures, by Heimdal's own coders. */
#ifndef CG_SAMBA_KRB5_WIRE_H
#define CG_SAMBA_KRB5_WIRE_H

#include <stdbool.h>
#include <talloc.h>

#include "idl/bytes.h"
#include "idl/status.h"
#include "plugin/samba/krb5_heimdal.h"

/* What a program looks for in a cache. */
struct cg_wire_wanted {
	struct cg_bytes server;		/* principal, talloc child */
	bool is_user_to_user;
};

enum cg_wire_class {
	CG_WIRE_SERVICE,
	CG_WIRE_TGT,			/* of any realm */
	CG_WIRE_CONFIG			/* libkrb5's notes to itself */
};

/* A ticket as the IDL has it. */
struct cg_wire_ticket {
	struct cg_bytes client;
	struct cg_bytes server;
	struct cg_secret_bytes session_key;
	struct cg_bytes ticket;
	int32_t enctype;
	uint32_t flags;
	uint64_t authtime;
	uint64_t starttime;
	uint64_t endtime;
	uint64_t renew_till;
};

CG_MUST_CHECK enum cg_status cg_wire_wanted(TALLOC_CTX *mem_ctx,
					    const krb5_creds *creds,
					    struct cg_wire_wanted *out);
CG_MUST_CHECK enum cg_status cg_wire_classify(struct cg_bytes server,
					      enum cg_wire_class *out);
/* krbtgt/REALM@REALM of the client's realm. */
CG_MUST_CHECK enum cg_status cg_wire_tgt_name(TALLOC_CTX *mem_ctx,
					      struct cg_bytes client,
					      struct cg_bytes *out);
CG_MUST_CHECK enum cg_status cg_wire_principal(struct cg_bytes from,
					       krb5_principal *out);
CG_MUST_CHECK enum cg_status cg_wire_creds(const struct cg_wire_ticket *from,
					   krb5_creds *out);

#endif
