/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See nobody.h. */
#include "isolated-helper/broker/nobody.h"

#include <stdio.h>
#include <stdlib.h>

#include "isolated-helper/broker/audit.h"
#include "isolated-helper/broker/peer.h"

#define KERNELS_DEFAULT 65534U

static uid_t overflow_uid(void)
{
	FILE *file = fopen("/proc/sys/kernel/overflowuid", "re");
	char line[16] = "";
	char *end = line;
	unsigned long uid = 0;

	if (file != NULL && fgets(line, sizeof(line), file) != NULL) {
		uid = strtoul(line, &end, 10);
	}
	if (file != NULL) {
		(void)fclose(file);
	}
	/* The cast: the kernel's number is a uid. */
	return end == line ? KERNELS_DEFAULT : (uid_t)uid;
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
