/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See nobody.h. */
#include "isolated-helper/broker/nobody.h"

#include <stdio.h>

#include "isolated-helper/broker/audit.h"
#include "isolated-helper/broker/peer.h"

#define KERNELS_DEFAULT 65534U

static uid_t overflow_uid(void)
{
	FILE *file = fopen("/proc/sys/kernel/overflowuid", "re");
	unsigned int uid;

	if (file == NULL) {
		return KERNELS_DEFAULT;
	}
	if (fscanf(file, "%u", &uid) != 1) {
		uid = KERNELS_DEFAULT;
	}
	(void)fclose(file);
	return uid;
}

struct cg_nobody cg_nobody_here(struct cg_audit_log *audit)
{
	return (struct cg_nobody){ .uid = overflow_uid(), .audit = audit };
}

bool cg_nobody_is(const struct cg_nobody *nobody, const struct cg_peer *peer)
{
	const struct cg_audit event = {
		.log = nobody->audit,
		.what = "user without a name",
		.uid = peer->uid,
		.peer = peer,
		.result = CG_E_DENIED,
	};

	if (peer->uid != nobody->uid) {
		return false;
	}
	cg_audit(&event);
	return true;
}
