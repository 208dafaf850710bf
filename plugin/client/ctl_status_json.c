/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The state for scripts; credguardctl(8) documents the keys. */
#include "plugin/client/ctl_status_text.h"

#include "idl/cg_idl.h"
#include "idl/protection.h"
#include "plugin/client/ctl_offline.h"
#include "plugin/client/ctl_protection.h"

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

json_t *cg_ctl_status_json(const struct cg_client_status_out *status,
			   uint64_t now)
{
	const struct cg_ctl_protection p = {
		.bits = status->protection,
		.has_peerpidfd = status->peerpidfd != 0,
	};
	uint64_t uptime_s = now > status->started ? now - status->started : 0;

	return json_pack(
		"{s:b, s:o, s:o, s:o, s:o, s:o, s:{s:o, s:o, s:o, s:o}, "
		"s:o, s:o, s:o, s:o}",
		"running", 1,
		"protection_level",
		cg_ctl_json_number(cg_ctl_protection_level(&p)),
		"protection", protections_json(&p),
		"landlock_abi", cg_ctl_json_number(status->landlock_abi),
		"started", cg_ctl_json_time(status->started),
		"uptime", cg_ctl_json_number(uptime_s),
		"vault",
		"entries", cg_ctl_json_number(status->n_entries),
		"exchanges", cg_ctl_json_number(status->n_exchanges),
		"memory", cg_ctl_json_number(status->arena_size),
		"memory_used", cg_ctl_json_number(status->arena_used),
		"caches", cg_ctl_json_number(status->n_caches),
		"tickets", cg_ctl_json_number(status->n_tickets),
		"users", cg_ctl_json_number(status->n_uids),
		"offline", offline_json(status));
}
