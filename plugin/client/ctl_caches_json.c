/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The caches for scripts; credguardctl(8) documents the keys. */
#include "plugin/client/ctl_caches.h"

#include "idl/cg_idl.h"
#include "plugin/client/ctl_json.h"
#include "plugin/client/ctl_ticket.h"
#include "plugin/client/krb5_principal.h"
#include "plugin/client/printable.h"

static json_t *cache_json(const struct cg_client_list_out *cache, uint64_t now)
{
	char *name = cg_printable(NULL, cache->cache);
	char *principal = cg_principal_text(NULL, cache->client);
	json_t *value;

	value = json_pack(
		"{s:s, s:s, s:o, s:b, s:b, s:b, s:b, s:b, s:o, s:o, s:o, s:o,"
		" s:o, s:o, s:b, s:b}",
		"cache", name == NULL ? "" : name,
		"principal", principal == NULL ? "" : principal,
		"uid", cg_ctl_json_number(cache->uid),
		"default", cache->is_default != 0,
		"has_tgt", cache->has_tgt != 0,
		"ntlm", cache->has_ntlm != 0,
		"valid", cache->has_tgt != 0 &&
			 !cg_ctl_ticket_has_expired(cache, now),
		"renewable", (int)cg_ctl_ticket_may_renew(cache, now),
		"start", cg_ctl_json_time(cache->starttime),
		"expires", cg_ctl_json_time(cache->endtime),
		"renew_until", cg_ctl_json_time(cache->renew_till),
		"ticket_flags", cg_ctl_json_number(cache->ticket_flags),
		"tickets", cg_ctl_json_number(cache->n_tickets),
		"next_renewal", cg_ctl_json_time(cache->next_due),
		"reacquires", cache->reacquires != 0,
		"ends", (int)cg_ctl_ticket_ends(cache, now));
	talloc_free(name);
	talloc_free(principal);
	return value;
}

json_t *cg_ctl_caches_json(const struct cg_ctl_caches *caches, uint64_t now)
{
	json_t *list = json_array();

	for (size_t i = 0; list != NULL && i < caches->n; i++) {
		if (json_array_append_new(list, cache_json(&caches->of[i],
							   now)) != 0) {
			json_decref(list);
			list = NULL;
		}
	}
	return json_pack("{s:o}", "caches", list);
}
