/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sections [audit], [broker], [kdc] and [kdcs] of credguard.conf, and some
 * keys of [policy]; those of others are passed over. config/credguard.conf
 * tells what each option means. */
#ifndef CG_BROKER_CONFIG_H
#define CG_BROKER_CONFIG_H

#include <stdbool.h>
#include <talloc.h>

#include "idl/bytes.h"
#include "idl/status.h"
#include "isolated-helper/broker/ccache.h"
#include "isolated-helper/broker/conn_limit.h"
#include "isolated-helper/broker/kdc_list.h"
#include "isolated-helper/broker/relay.h"

struct cg_config {
	struct cg_conn_quota conns;
	struct cg_quota caches;
	uint32_t offline_count;
	struct cg_relay_times relay;
	uint32_t sessions_per_uid;
	bool linger;
	bool renew;
	bool reacquire;
	uint32_t logon_grace_s;
	const char *locate_program;	/* NULL: next to this program */
	const char *shortname_domain;	/* NULL: the resolver's; "": no */
	uint32_t ntlm_per_minute;	/* answers of one uid */
	const char *audit_file;		/* NULL: none */
	uint32_t audit_per_s;		/* events of one user */
	struct cg_fixed_kdcs *kdcs;
	size_t n_kdcs;
	struct cg_bytes rules;		/* compiled (idl/policy.h) */
};

/* Defaults, then what the file says. All of *out belongs to mem_ctx. On
 * failure *why says what is wrong, with file and line. CG_E_NOT_FOUND: there
 * is no such file, and *out holds the defaults. */
CG_MUST_CHECK enum cg_status cg_config_read(TALLOC_CTX *mem_ctx,
					    const char *path,
					    struct cg_config *out,
					    const char **why);

#endif
