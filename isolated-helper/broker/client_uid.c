/* SPDX-License-Identifier: GPL-3.0-or-later */
/* See client_uid.h. */
#include "isolated-helper/broker/client_uid.h"

#include "idl/limits.h"
#include "isolated-helper/broker/client_ops.h"
#include "isolated-helper/broker/peer.h"

enum cg_status cg_client_uid(const struct cg_client *client, uint32_t named,
			     uid_t *out)
{
	uid_t caller = client->peer->uid;

	*out = caller;
	if (named == CG_UID_ALL || named == caller) {
		return CG_OK;
	}
	if (caller != 0 || client->is_spoken_for) {
		return CG_E_DENIED;
	}
	*out = named;
	return CG_OK;
}
