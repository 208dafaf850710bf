/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state for scripts; credguardctl(8) documents the keys. */
#include "plugin/client/ctl_status_text.h"

#include "idl/cg_idl.h"
#include "idl/protection.h"
#include "plugin/client/ctl_lock.h"
#include "plugin/client/ctl_offline.h"
#include "plugin/client/ctl_protection.h"
#include "plugin/client/ctl_samba.h"

static json_t *protections_json(const struct cg_ctl_protection *p)
{
	json_t *object = json_object();

	for (size_t i = 0; i < cg_ctl_protection_n_rows(); i++) {
		struct cg_ctl_protection_row row = cg_ctl_protection_row(p, i);

		/* object may be NULL: this fails then, and so does pack. */
		(void)json_object_set_new(object, row.key,
					  json_boolean(row.is_on));
	}
	(void)json_object_set_new(
		object, "locked_memory",
		json_boolean((p->bits & CG_PROT_LOCKED_MEMORY) != 0));
	return object;
}

static json_t *offline_json(const struct cg_client_status_out *status)
{
	json_t *object = json_object();

	for (size_t i = 0; i < CG_CTL_OFFLINE_ROWS; i++) {
		struct cg_ctl_offline_row row =
			cg_ctl_offline_row(status->protection, i);

		/* object may be NULL, as above. */
		(void)json_object_set_new(object, row.key,
					  json_string(row.value));
	}
	(void)json_object_set_new(object, "verifiers",
				  cg_ctl_json_number(status->n_verifiers));
	return object;
}

static json_t *samba_json(const struct cg_ctl_samba *samba)
{
	return json_pack("{s:s, s:s, s:s?}", "module", samba->path,
			 "state", cg_ctl_samba_word(samba->state),
			 "reason", samba->reason);
}

json_t *cg_ctl_status_json(const struct cg_ctl_status *status)
{
	const struct cg_client_status_out *of = status->service;
	const struct cg_ctl_protection p = {
		.bits = of->protection,
		.has_peerpidfd = of->peerpidfd != 0,
	};
	uint64_t uptime_s = status->now > of->started
				    ? status->now - of->started : 0;

	return json_pack(
		"{s:b, s:o, s:o, s:o, s:o, s:o, s:{s:o, s:o, s:o, s:o}, "
		"s:o, s:o, s:o, s:o, s:s, s:o, s:o}",
		"running", 1,
		"protection_level",
		cg_ctl_json_number(cg_ctl_protection_level(&p)),
		"protection", protections_json(&p),
		"landlock_abi", cg_ctl_json_number(of->landlock_abi),
		"started", cg_ctl_json_time(of->started),
		"uptime", cg_ctl_json_number(uptime_s),
		"vault",
		"entries", cg_ctl_json_number(of->n_entries),
		"exchanges", cg_ctl_json_number(of->n_exchanges),
		"memory", cg_ctl_json_number(of->arena_size),
		"memory_used", cg_ctl_json_number(of->arena_used),
		"caches", cg_ctl_json_number(of->n_caches),
		"tickets", cg_ctl_json_number(of->n_tickets),
		"users", cg_ctl_json_number(of->n_uids),
		"ntlm_caches", cg_ctl_json_number(of->n_ntlm),
		"policy_lock", cg_ctl_lock_told(of->policy_lock).word,
		"offline", offline_json(of),
		"samba", samba_json(status->samba));
}
