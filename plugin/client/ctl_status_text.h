/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the state of the service is told. */
#ifndef CG_CLIENT_CTL_STATUS_TEXT_H
#define CG_CLIENT_CTL_STATUS_TEXT_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "plugin/client/ctl_json.h"

struct cg_client_status_out;
struct cg_ctl_samba;

struct cg_ctl_status {
	const struct cg_client_status_out *service;
	const struct cg_ctl_samba *samba;
	uint64_t now;
};

void cg_ctl_status_print(const struct cg_ctl_status *status, FILE *file,
			 size_t width);
/* NULL when out of memory. */
json_t *cg_ctl_status_json(const struct cg_ctl_status *status);

#endif
